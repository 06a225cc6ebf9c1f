/// What the screens show: the newest snapshot of a cluster and its bounded histories.
///
/// Threads: FX thread. May import contract and javafx.beans; never controls. Start reading at
/// [ClusterModel].
@NullMarked
package org.relevo.app.model;

import org.jspecify.annotations.NullMarked;
