/// The HTTP port: figures for Prometheus, and answers to "may clients be sent here?".
///
/// ```
/// GET /metrics → HttpAnswers → Metrics (families) → MetricSource
/// GET /health… → HttpAnswers → Checks
/// ```
///
/// Owner: a connection belongs to the management loop; figures are collected on a virtual thread,
/// for all who ask within a moment at once. May import net, jmx.contract and Netty; only the wiring
/// imports it. Start reading at [HttpServer].
@NullMarked
package org.relevo.proxy.http;

import org.jspecify.annotations.NullMarked;
