package dev.terrarium.services.lambda;

import java.util.function.IntConsumer;

/// Walks over the instructions of all methods of a class file.
final class MethodCode {
  static final int INVOKE_VIRTUAL = 0xB6;
  static final int INVOKE_STATIC = 0xB8;

  private static final int TABLE_SWITCH = 0xAA;
  private static final int LOOKUP_SWITCH = 0xAB;
  private static final int WIDE = 0xC4;
  private static final int INCREMENT = 0x84;

  /// The lengths of the instructions by opcode, 0 for those that have to be looked at.
  private static final String LENGTHS =
      "1111111111111111"
          + "2323322222111111"
          + "1111111111111111"
          + "1111112222211111"
          + "1111111111111111"
          + "1111111111111111"
          + "1111111111111111"
          + "1111111111111111"
          + "1111311111111111"
          + "1111111113333333"
          + "3333333332001111"
          + "1133333335532311"
          + "3311043355";

  private final byte[] bytes;
  private final ConstantPool pool;
  private int at;

  private MethodCode(byte[] bytes, ConstantPool pool) {
    this.bytes = bytes;
    this.pool = pool;
    this.at = pool.end();
  }

  /// Shows the place of each instruction.
  static void visit(byte[] classFile, ConstantPool pool, IntConsumer visitor) {
    new MethodCode(classFile, pool).members(visitor);
  }

  static int u2(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
  }

  private static int u4(byte[] bytes, int at) {
    return u2(bytes, at) << 16 | u2(bytes, at + 2);
  }

  private void members(IntConsumer visitor) {
    at += 6;
    at += 2 + 2 * u2(bytes, at);
    for (int kind = 0; kind < 2; kind++) {
      var count = u2(bytes, at);
      at += 2;
      for (int i = 0; i < count; i++) {
        at += 6;
        attributes(visitor);
      }
    }
  }

  private void attributes(IntConsumer visitor) {
    var count = u2(bytes, at);
    at += 2;
    for (int i = 0; i < count; i++) {
      var name = pool.text(u2(bytes, at));
      var length = u4(bytes, at + 2);
      at += 6;
      if (name.equals("Code")) {
        var start = at + 8;
        code(start, start + u4(bytes, at + 4), visitor);
      }
      at += length;
    }
  }

  private void code(int start, int end, IntConsumer visitor) {
    int position = start;
    while (position < end) {
      visitor.accept(position);
      position += length(start, position);
    }
  }

  private int length(int start, int position) {
    var opcode = bytes[position] & 0xFF;
    var padded = position + 4 - (position - start) % 4;
    return switch (opcode) {
      case TABLE_SWITCH ->
          padded + 12 + 4 * (u4(bytes, padded + 8) - u4(bytes, padded + 4) + 1) - position;
      case LOOKUP_SWITCH -> padded + 8 + 8 * u4(bytes, padded + 4) - position;
      case WIDE -> (bytes[position + 1] & 0xFF) == INCREMENT ? 6 : 4;
      default -> LENGTHS.charAt(opcode) - '0';
    };
  }
}
