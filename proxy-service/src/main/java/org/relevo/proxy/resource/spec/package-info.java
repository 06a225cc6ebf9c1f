/// What a group of resources is made of, as written in the configuration.
///
/// Owner: none, immutable. May import nothing of the project; imported by `config` and `resource`.
/// Start reading at [GroupSpec].
@NullMarked
package org.relevo.proxy.resource.spec;

import org.jspecify.annotations.NullMarked;
