/// What a member does about the cluster's state: renews its lease, holds its clients, works towards
/// the goals of its own servers, and, while it leads, decides what comes next.
///
/// [MemberLogic] is a pure step machine: inputs in, effects out, time only as an argument. The same
/// code runs in the service and in the simulation of whole clusters. Whoever runs it must keep
/// this: inputs come one at a time in the order in which they happened; effects are done in order;
/// what the log applied comes before anything that followed from it; [Effect.WriteUntil] is looked
/// at before each write is passed on and again before each answer.
///
/// Owner: one thread feeds it. May import `cluster` and `core`; `consensus` for the port. Start
/// reading at [MemberLogic], then [Rules] (what a leader decides) and [AgentRules] (what an agent
/// does with its server); [Freshness] is what a promotion must prove.
@NullMarked
package org.relevo.proxy.control;

import org.jspecify.annotations.NullMarked;
