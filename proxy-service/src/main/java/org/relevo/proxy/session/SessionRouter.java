package org.relevo.proxy.session;

import org.relevo.proxy.routing.Route;
import org.relevo.proxy.routing.SessionDefaults;
import org.relevo.proxy.routing.SessionState;
import org.relevo.proxy.sql.StatementClass;

/// Says where the texts of one session go. Called on the session's loop only, and must not block.
public interface SessionRouter {
  /// Whether there is anything to decide now. While not, everything goes to the primary without
  /// being looked at.
  boolean active();

  /// What a text is. The result is kept with prepared statements.
  ///
  /// @param text not kept; more may stand behind the length
  /// @param standardStrings value of `standard_conforming_strings`
  /// @param clientEncoding value of `client_encoding`, "" when it is not known
  StatementClass classify(byte[] text, int length, boolean standardStrings, String clientEncoding);

  /// Where it goes; not asked for texts that only shape a transaction (BEGIN, SET, COMMIT, …).
  Route route(StatementClass statement, SessionState state);

  /// Whether the rule that decided says that the text may change something. Asked of texts whose
  /// syntax only reads.
  boolean writes(Route route);

  /// Whether a text may change definitions by what it calls. Asked of texts that may write.
  default boolean defines(StatementClass statement) {
    return false;
  }

  /// The same of a string with DO in it, whose texts are known by their words only.
  default boolean definesByDo(byte[] text, int length) {
    return false;
  }

  /// What the session's transactions begin with while it has set nothing else.
  default SessionDefaults begins() {
    return SessionDefaults.USUAL;
  }

  Freshness freshness();
}
