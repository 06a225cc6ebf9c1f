/// The service address and other resources that one member at a time has: taken when the cluster
/// has granted them, kept while the grant lasts, let go before it ends.
///
/// ```
/// ServiceGroups ── one ResourceGroup per group ── Resource: an address, or a program
///                └ AddressKeeper  keeps addresses alive in the kernel, whatever programs do
/// ```
///
/// Owner: each group has a thread, and the keeper one; what the control says comes as a [Permit].
/// May import `agent` (journal), `cluster`, `member`, `netlink`, the specs and the contract;
/// imported by the wiring. Start reading at [ServiceGroups], then [AddressKeeper].
@NullMarked
package org.relevo.proxy.resource;

import org.jspecify.annotations.NullMarked;
