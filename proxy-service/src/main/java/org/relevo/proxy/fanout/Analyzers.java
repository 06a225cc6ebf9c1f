package org.relevo.proxy.fanout;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.classify.StatementClassifier;
import org.relevo.proxy.sql.grammar.SqlLexer;

/// Readers of SQL that sessions share, since each needs some memory.
///
/// Owner: thread-safe; what is lent belongs to the borrower.
final class Analyzers {
  /// One reader.
  record Analyzer(StatementClassifier classifier, SqlLexer lexer) {}

  private final BlockingQueue<Analyzer> free;

  Analyzers(int count) {
    free = new ArrayBlockingQueue<>(count);
    for (int i = 0; i < count; i++) {
      free.add(new Analyzer(new StatementClassifier(), new SqlLexer()));
    }
  }

  StatementClass classify(byte[] text, SessionSyntax syntax) throws InterruptedException {
    Analyzer one = take();
    try {
      return one.classifier().classify(text, text.length, syntax);
    } finally {
      give(one);
    }
  }

  Analyzer take() throws InterruptedException {
    return free.take();
  }

  void give(Analyzer one) {
    boolean _ = free.offer(one);
  }
}
