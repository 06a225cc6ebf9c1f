package org.relevo.jmx.describe;

import java.util.Arrays;
import java.util.Locale;
import javax.management.Descriptor;
import javax.management.ImmutableDescriptor;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.NotCompliantMBeanException;
import javax.management.NotificationEmitter;
import javax.management.StandardEmitterMBean;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/// Registers MBeans with descriptions, units and roles.
public final class Described {
  private static final String CONTRACT = "org.relevo.jmx.contract";

  private Described() {}

  /// The bean as it is to be registered; one without an interface of the contract stays as it is.
  public static Object of(Object bean) {
    Class<?> contract = contract(bean.getClass());
    if (contract == null) {
      return bean;
    }
    return described(bean, contract);
  }

  private static @Nullable Class<?> contract(@Nullable Class<?> type) {
    for (Class<?> now = type; now != null; now = now.getSuperclass()) {
      for (Class<?> each : now.getInterfaces()) {
        if (each.getPackageName().equals(CONTRACT) && each.getSimpleName().endsWith("MXBean")) {
          return each;
        }
      }
    }
    return null;
  }

  private static <T> Object described(Object bean, Class<T> contract) {
    T typed = contract.cast(bean);
    try {
      return bean instanceof NotificationEmitter emitter
          ? new Emitter<>(typed, contract, emitter)
          : new Plain<>(typed, contract);
    } catch (NotCompliantMBeanException e) {
      throw new IllegalStateException(contract + " is no MXBean", e);
    }
  }

  private static final class Plain<T> extends StandardMBean {
    private final Class<T> contract;
    private volatile @Nullable MBeanInfo info;

    Plain(T bean, Class<T> contract) throws NotCompliantMBeanException {
      super(bean, contract, true);
      this.contract = contract;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      MBeanInfo made = info;
      if (made == null) {
        made = filled(super.getMBeanInfo(), contract);
        info = made;
      }
      return made;
    }
  }

  private static final class Emitter<T> extends StandardEmitterMBean {
    private final Class<T> contract;
    private volatile @Nullable MBeanInfo info;

    Emitter(T bean, Class<T> contract, NotificationEmitter emitter) {
      super(bean, contract, true, emitter);
      this.contract = contract;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      MBeanInfo made = info;
      if (made == null) {
        made = filled(super.getMBeanInfo(), contract);
        info = made;
      }
      return made;
    }
  }

  private static MBeanInfo filled(MBeanInfo plain, Class<?> contract) {
    String type = contract.getSimpleName();
    return new MBeanInfo(
        plain.getClassName(),
        text(type, "", plain.getDescription()),
        Arrays.stream(plain.getAttributes())
            .map(each -> attribute(each, contract))
            .toArray(MBeanAttributeInfo[]::new),
        plain.getConstructors(),
        Arrays.stream(plain.getOperations())
            .map(each -> operation(each, type))
            .toArray(MBeanOperationInfo[]::new),
        plain.getNotifications(),
        plain.getDescriptor());
  }

  private static MBeanAttributeInfo attribute(MBeanAttributeInfo plain, Class<?> contract) {
    String getter = (plain.isIs() ? "is" : "get") + plain.getName();
    String returned;
    try {
      returned = contract.getMethod(getter).getGenericReturnType().getTypeName();
    } catch (NoSuchMethodException _) {
      returned = plain.getType(); // an attribute that can only be written
    }
    String shown = returned.replaceAll("[a-z.]+\\.([A-Z])", "$1");
    Descriptor more =
        new ImmutableDescriptor(
            new String[] {"units", "role"},
            new Object[] {Units.of(plain.getName(), shown), "MONITOR"});
    return new MBeanAttributeInfo(
        plain.getName(),
        plain.getType(),
        text(contract.getSimpleName(), getter, plain.getDescription()),
        plain.isReadable(),
        plain.isWritable(),
        plain.isIs(),
        ImmutableDescriptor.union(plain.getDescriptor(), more));
  }

  private static MBeanOperationInfo operation(MBeanOperationInfo plain, String type) {
    Descriptions.Entry entry = Descriptions.of(type, plain.getName()).orElse(null);
    MBeanParameterInfo[] parameters = plain.getSignature();
    for (int i = 0; entry != null && i < parameters.length; i++) {
      if (i < entry.parameters().size()) {
        String name = entry.parameters().get(i);
        parameters[i] =
            new MBeanParameterInfo(
                name,
                parameters[i].getType(),
                Units.of(name, parameters[i].getType().replaceAll(".*\\.", "")),
                parameters[i].getDescriptor());
      }
    }
    Object role = plain.getDescriptor().getFieldValue("role");
    String needed = role == null ? "ADMIN" : role.toString();
    return new MBeanOperationInfo(
        plain.getName(),
        text(type, plain.getName(), plain.getDescription())
            + " Least role: "
            + needed.toLowerCase(Locale.ROOT)
            + ".",
        parameters,
        plain.getReturnType(),
        needed.equals("MONITOR") ? MBeanOperationInfo.INFO : MBeanOperationInfo.ACTION,
        ImmutableDescriptor.union(
            plain.getDescriptor(),
            new ImmutableDescriptor(new String[] {"role"}, new Object[] {needed})));
  }

  private static String text(String type, String member, String otherwise) {
    return Descriptions.of(type, member).map(Descriptions.Entry::text).orElse(otherwise);
  }
}
