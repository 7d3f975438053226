package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is being done to a stack, as far as it must survive a crash.
///
/// @param token tells this operation from all others
/// @param clientToken the caller's own, shown with events, or empty
/// @param target what the stack is to become
/// @param rollback what is done if it fails: `ROLLBACK`, `DELETE` or `DO_NOTHING`; or `CANCELLED`
/// @param retain the resources that a deletion leaves
/// @param deadlineMillis when a creation has taken too long, or 0
/// @param imports the resources that are there already, with their identifiers as JSON
record Operation(
    String token,
    Kind kind,
    Phase phase,
    String clientToken,
    Version target,
    String rollback,
    List<String> retain,
    long deadlineMillis,
    Map<String, String> imports) {
  /// The format of whatever holds an operation since which it ends with imports.
  private static final int IMPORTS_SINCE = 3;

  /// What is asked for.
  enum Kind {
    /// Everything is new.
    CREATE,
    /// One version becomes another.
    UPDATE,
    /// Everything goes.
    DELETE,
    /// Resources that are there already become the stack's.
    IMPORT
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

  /// One that has not begun, and goes back if it fails.
  Operation(String token, Kind kind, String clientToken, Version target) {
    this(token, kind, Phase.FORWARD, clientToken, target, "ROLLBACK", List.of(), 0, Map.of());
  }

  Operation cancelled() {
    return onFailure(CANCELLED);
  }

  Operation onFailure(String rollback) {
    return new Operation(
        token, kind, phase, clientToken, target, rollback, retain, deadlineMillis, imports);
  }

  Operation at(Phase next) {
    return new Operation(
        token, kind, next, clientToken, target, rollback, retain, deadlineMillis, imports);
  }

  Operation retaining(List<String> names) {
    return new Operation(
        token, kind, phase, clientToken, target, rollback, names, deadlineMillis, imports);
  }

  Operation until(long deadline) {
    return new Operation(
        token, kind, phase, clientToken, target, rollback, retain, deadline, imports);
  }

  Operation importing(Map<String, String> resources) {
    return new Operation(
        token, kind, phase, clientToken, target, rollback, retain, deadlineMillis, resources);
  }

  /// What identifies a resource that is to be imported.
  Map<String, String> identifier(String logicalId) {
    var parts = new LinkedHashMap<String, String>();
    Json.parse(imports.getOrDefault(logicalId, "{}"))
        .properties()
        .forEach(part -> parts.put(part.getKey(), part.getValue().asText()));
    return parts;
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
        .number(operation.deadlineMillis)
        .strings(operation.imports);
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
        reader.number(),
        reader.version() >= IMPORTS_SINCE ? reader.strings() : Map.of());
  }
}
