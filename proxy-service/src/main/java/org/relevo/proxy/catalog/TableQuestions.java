package org.relevo.proxy.catalog;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.QualifiedName;

/// Questions about tables that wait for a database's worker, and the answers that still hold.
///
/// Owner: thread-safe; [#answer] is for the worker.
final class TableQuestions {
  private static final int MAX_WAITING = 1000;
  private static final int MAX_ANSWERS = 1000;

  private record Question(QualifiedName table, CompletableFuture<Optional<TableFacts>> answer) {}

  // Guarded by this.
  private final Queue<Question> waiting = new ArrayDeque<>();
  private final Queue<Question> due = new ArrayDeque<>();
  private final Map<QualifiedName, TableFacts> answers = new HashMap<>();

  /// @return fails with a [RejectedExecutionException] when too much is waiting
  synchronized CompletionStage<Optional<TableFacts>> ask(QualifiedName table) {
    if (waiting.size() >= MAX_WAITING) {
      return CompletableFuture.failedFuture(
          new RejectedExecutionException("too many tables are asked about"));
    }
    Question question = new Question(table, new CompletableFuture<>());
    waiting.add(question);
    return question.answer();
  }

  synchronized boolean waiting() {
    return !waiting.isEmpty();
  }

  /// Definitions have changed.
  synchronized void forget() {
    answers.clear();
  }

  /// A look at the catalog begins: it answers what was asked before, and nothing that is asked
  /// while it lasts.
  synchronized void begin() {
    due.addAll(waiting);
    waiting.clear();
  }

  /// Answers all that was asked before the look, from what is known or by asking.
  ///
  /// @throws SQLException what the server said; whoever asked has been told
  void answer(Source.Session session) throws SQLException {
    Question question = next();
    while (question != null) {
      TableFacts known = known(question.table());
      if (known != null) {
        question.answer().complete(Optional.of(known));
      } else {
        ask(session, question);
      }
      question = next();
    }
  }

  private void ask(Source.Session session, Question question) throws SQLException {
    try {
      Optional<TableFacts> facts = session.table(question.table());
      facts.ifPresent(found -> keep(question.table(), found));
      question.answer().complete(facts);
    } catch (SQLException | RuntimeException e) {
      question.answer().completeExceptionally(e);
      throw e;
    }
  }

  /// There will be no answer.
  void fail(Exception why) {
    begin();
    Question question = next();
    while (question != null) {
      question.answer().completeExceptionally(why);
      question = next();
    }
  }

  private synchronized @Nullable Question next() {
    return due.poll();
  }

  private synchronized @Nullable TableFacts known(QualifiedName table) {
    return answers.get(table);
  }

  private synchronized void keep(QualifiedName table, TableFacts facts) {
    if (answers.size() >= MAX_ANSWERS) {
      answers.clear();
    }
    answers.put(table, facts);
  }
}
