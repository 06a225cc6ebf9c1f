package org.relevo.jmx.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;

/// The least role that may call an operation. Attributes are readable by every role; an operation
/// without this annotation needs [Role#ADMIN].
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface RequiresRole {
  /// Also a field of the operation's descriptor, which consoles show.
  @DescriptorKey("role")
  Role value();
}
