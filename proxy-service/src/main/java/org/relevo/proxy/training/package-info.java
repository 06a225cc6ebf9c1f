/// Traffic for the one short life of the service from which its start-up cache is made: a server
/// that knows nothing but the answers, and clients. Not part of a running service.
///
/// ```
/// TrainingMain ── TrafficClients ─→ the service ─→ AnsweringServer
/// ```
///
/// Owner: [TrainingMain]. May import nothing of the project. Start reading at [TrainingMain].
@NullMarked
package org.relevo.proxy.training;

import org.jspecify.annotations.NullMarked;
