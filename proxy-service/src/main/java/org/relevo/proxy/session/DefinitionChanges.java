package org.relevo.proxy.session;

/// Is told of changes of definitions that clients make through the service. Called on event loops;
/// must not block.
public interface DefinitionChanges {
  /// Nobody wants to know.
  DefinitionChanges UNHEARD =
      new DefinitionChanges() {
        @Override
        public void changing(String database) {
          // nobody
        }

        @Override
        public void changed(String database) {
          // nobody
        }
      };

  /// From now on a change may come into force at any moment; one call of [#changed] follows.
  void changing(String database);

  /// It is in force, or was given up.
  void changed(String database);
}
