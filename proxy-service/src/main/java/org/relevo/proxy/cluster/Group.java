package org.relevo.proxy.cluster;

import java.util.Optional;

/// Resources that one member at a time has, such as the service address.
///
/// A holder may have them only while its own lease is valid; so no other deadline is needed, and
/// whoever waits for the end of that lease has waited for the end of this too.
///
/// @param number grows by one with each change of the holder
/// @param holder who may have them
/// @param next who gets them when the holder has let them go, because a person or `auto_failback`
///   asked for it
public record Group(long number, Optional<MemberId> holder, Optional<MemberId> next) {
  public static final Group NONE = new Group(0, Optional.empty(), Optional.empty());

  public boolean heldBy(MemberId member) {
    return holder.filter(member::equals).isPresent();
  }
}
