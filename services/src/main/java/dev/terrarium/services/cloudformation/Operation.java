package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import java.util.List;

/// What is being done to a stack, as far as it must survive a crash.
///
/// @param token tells this operation from all others
/// @param clientToken the caller's own, shown with events, or empty
/// @param target what the stack is to become
/// @param rollback what is done if it fails: `ROLLBACK`, `DELETE` or `DO_NOTHING`; or `CANCELLED`
/// @param retain the resources that a deletion leaves
/// @param deadlineMillis when a creation has taken too long, or 0
record Operation(
    String token,
    Kind kind,
    Phase phase,
    String clientToken,
    Version target,
    String rollback,
    List<String> retain,
    long deadlineMillis) {
  /// What is asked for.
  enum Kind {
    /// Everything is new.
    CREATE,
    /// One version becomes another.
    UPDATE,
    /// Everything goes.
    DELETE
  }

  /// How far it has come.
  enum Phase {
    /// On the way to the target.
    FORWARD,
    /// On the way back.
    ROLLBACK,
    /// Arrived; what was replaced or dropped is removed.
    CLEANUP,
    /// Back; what was made in vain is removed.
    ROLLBACK_CLEANUP
  }

  /// What `rollback` is once a user has cancelled the operation.
  static final String CANCELLED = "CANCELLED";

  Operation cancelled() {
    return new Operation(
        token, kind, phase, clientToken, target, CANCELLED, retain, deadlineMillis);
  }

  Operation at(Phase next) {
    return new Operation(token, kind, next, clientToken, target, rollback, retain, deadlineMillis);
  }

  static void write(BinaryWriter writer, Operation operation) {
    writer
        .string(operation.token)
        .string(operation.kind.name())
        .string(operation.phase.name())
        .string(operation.clientToken);
    Version.write(operation.target, writer);
    writer
        .string(operation.rollback)
        .list(operation.retain, BinaryWriter::string)
        .number(operation.deadlineMillis);
  }

  static Operation read(BinaryReader reader) {
    return new Operation(
        reader.string(),
        Kind.valueOf(reader.string()),
        Phase.valueOf(reader.string()),
        reader.string(),
        Version.read(reader),
        reader.string(),
        reader.list(BinaryReader::string),
        reader.number());
  }
}
