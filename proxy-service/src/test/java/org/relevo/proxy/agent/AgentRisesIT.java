package org.relevo.proxy.agent;

/// With the programs that the tests carry.
class AgentRisesIT extends AgentRises {}
