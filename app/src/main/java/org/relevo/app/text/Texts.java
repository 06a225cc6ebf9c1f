package org.relevo.app.text;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.concurrent.Callable;
import javafx.beans.Observable;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.StringBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;

/// Texts by key in the language of the moment; bindings follow a change of language at once.
///
/// Owner: FX thread.
public final class Texts {
  /// Languages that are complete, the first is the fallback.
  public static final List<Locale> LOCALES = List.of(Locale.ENGLISH, Locale.of("es"));

  private static final String BUNDLE = "org.relevo.app.text.messages";

  private final ObjectProperty<Locale> locale = new SimpleObjectProperty<>(Locale.ENGLISH);
  private Locale loaded;
  private ResourceBundle bundle;

  public Texts(Locale start) {
    locale.set(nearest(start));
    loaded = locale.get();
    bundle = load(loaded);
  }

  /// Another of the same language, now and after each change on either side. This one does not keep
  /// the other, nor what listens to it, from being forgotten.
  public Texts following() {
    Texts other = new Texts(locale());
    other.locale.bindBidirectional(locale);
    return other;
  }

  /// The complete language for a locale; English when there is none.
  public static Locale nearest(Locale wanted) {
    return LOCALES.stream()
        .filter(l -> l.getLanguage().equals(wanted.getLanguage()))
        .findFirst()
        .orElse(LOCALES.getFirst());
  }

  public ObjectProperty<Locale> localeProperty() {
    return locale;
  }

  public Locale locale() {
    return locale.get();
  }

  /// A text that follows the language and every argument that is an [ObservableValue].
  public StringBinding get(String key, Object... args) {
    List<Observable> inputs = new ArrayList<>();
    inputs.add(locale);
    for (Object arg : args) {
      if (arg instanceof ObservableValue<?> value) {
        inputs.add(value);
      }
    }
    return Bindings.createStringBinding(() -> text(key, args), inputs.toArray(Observable[]::new));
  }

  /// A text made by code that asks this object, made again when the language or an input changes.
  public StringBinding made(Callable<String> make, Observable... inputs) {
    List<Observable> all = new ArrayList<>(List.of(inputs));
    all.add(locale);
    return Bindings.createStringBinding(make, all.toArray(Observable[]::new));
  }

  /// A text now.
  ///
  /// @throws IllegalArgumentException when no bundle has the key, which a test excludes
  public String text(String key, Object... args) {
    String pattern;
    try {
      pattern = bundle().getString(key);
    } catch (MissingResourceException e) {
      throw new IllegalArgumentException("no text for key " + key + " in " + BUNDLE, e);
    }
    Object[] values = new Object[args.length];
    for (int i = 0; i < args.length; i++) {
      values[i] = args[i] instanceof ObservableValue<?> value ? value.getValue() : args[i];
    }
    return new MessageFormat(pattern, locale.get()).format(values);
  }

  public boolean has(String key) {
    return bundle().containsKey(key);
  }

  /// Looked at with each text: bindings are told of a new language before any listener of ours.
  private ResourceBundle bundle() {
    Locale wanted = locale.get();
    if (!loaded.equals(wanted)) {
      loaded = wanted;
      bundle = load(nearest(wanted));
    }
    return bundle;
  }

  private static ResourceBundle load(Locale locale) {
    return ResourceBundle.getBundle(BUNDLE, locale, Texts.class.getClassLoader());
  }
}
