package org.relevo.proxy.server;

import java.util.ArrayList;
import java.util.List;

/// An account, and what it has told its owner.
abstract class OutstandingFixture {
  final List<String> told = new ArrayList<>();
  final Outstanding pending =
      new Outstanding(
          new OutstandingOwner() {
            @Override
            public void done(byte kind, Object note) {
              told.add("done " + (char) kind + " " + note);
            }

            @Override
            public void skipped(byte kind, Object note) {
              told.add("skipped " + (char) kind + " " + note);
            }

            @Override
            public void spared(byte kind) {
              told.add("spared " + (char) kind);
            }
          });

  void send(String tags) {
    tags.chars().forEach(tag -> pending.sent((byte) tag));
  }

  void note(char tag, Object note) {
    pending.sent((byte) tag, note);
  }

  void receive(String tags) {
    tags.chars().forEach(tag -> pending.received((byte) tag));
  }

  void ready(char status) {
    pending.ready((byte) status);
  }
}
