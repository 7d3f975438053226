package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.value.Value;

/// One thing that an update does.
public sealed interface UpdateAction {
  /// What it is done to.
  DocumentPath path();

  /// `SET path = value`.
  record Assign(DocumentPath path, Operand value) implements UpdateAction {}

  /// `REMOVE path`.
  record Remove(DocumentPath path) implements UpdateAction {}

  /// `ADD path value`: to a number, to a set, and in the legacy form to a list.
  record Add(DocumentPath path, Value value) implements UpdateAction {}

  /// `DELETE path value`: from a set.
  record Delete(DocumentPath path, Value elements) implements UpdateAction {}
}
