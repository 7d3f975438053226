package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Stack;

/// A stack as it is stored.
///
/// @param stack what is shown of it, except for parameters, which are in the version
/// @param version what it is since its last success
/// @param policy its stack policy, or empty
/// @param imports the names of the exports that it uses
/// @param exports the names that it exports, with their values
/// @param operation what is being done to it, or null
record StackRecord(
    Stack stack,
    Version version,
    String policy,
    List<String> imports,
    Map<String, String> exports,
    @Nullable Operation operation) {
  private static final PojoCodec<Stack> STACK = new PojoCodec<>(Stack::builder);

  static final Codec<StackRecord> CODEC =
      Codec.of(
          3,
          (record, writer) -> {
            STACK.write(writer, record.stack);
            Version.write(record.version, writer);
            writer
                .string(record.policy)
                .list(record.imports, BinaryWriter::string)
                .strings(record.exports)
                .optional(record.operation, Operation::write);
          },
          reader ->
              new StackRecord(
                  STACK.read(reader),
                  Version.read(reader),
                  reader.string(),
                  reader.list(BinaryReader::string),
                  reader.strings(),
                  reader.optional(Operation::read)));

  String id() {
    return stack.stackId();
  }

  String name() {
    return stack.stackName();
  }

  String status() {
    return stack.stackStatusAsString();
  }

  Scope scope() {
    return Arn.of(id()).orElseThrow().scope();
  }

  boolean isBusy() {
    return status().endsWith("_IN_PROGRESS") && !status().equals("REVIEW_IN_PROGRESS");
  }

  boolean isDeleted() {
    return status().equals("DELETE_COMPLETE");
  }

  StackRecord with(UnaryOperator<Stack.Builder> change) {
    return new StackRecord(
        change.apply(stack.toBuilder()).build(), version, policy, imports, exports, operation);
  }

  StackRecord with(@Nullable Operation next) {
    return new StackRecord(stack, version, policy, imports, exports, next);
  }

  StackRecord withPolicy(String next) {
    return new StackRecord(stack, version, next, imports, exports, operation);
  }
}
