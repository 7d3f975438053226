package dev.terrarium.services.lambda;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The constant pool of a class file: where each constant is, and what it says.
final class ConstantPool {
  static final int UTF8 = 1;
  static final int CLASS = 7;
  static final int FIELD = 9;
  static final int METHOD = 10;
  static final int NAME_AND_TYPE = 12;

  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int START = 10;

  private final ByteBuffer in;
  private final int[] at;
  private final int end;

  ConstantPool(byte[] classFile) {
    in = ByteBuffer.wrap(classFile);
    at = new int[in.getShort(START - 2) & 0xFFFF];
    int position = START;
    for (int i = 1; i < at.length; i++) {
      at[i] = position;
      var tag = in.get(position);
      position +=
          switch (tag) {
            case UTF8 -> 3 + (in.getShort(position + 1) & 0xFFFF);
            case LONG, DOUBLE -> 9;
            case CLASS, 8, 16, 19, 20 -> 3;
            case 15 -> 4;
            default -> 5;
          };
      if (tag == LONG || tag == DOUBLE) {
        i++;
      }
    }
    end = position;
  }

  /// One more than the last index.
  int count() {
    return at.length;
  }

  /// Where the pool begins in the file.
  int start() {
    return START;
  }

  /// Where it ends.
  int end() {
    return end;
  }

  /// A constant's place in the file.
  int position(int index) {
    return at[index];
  }

  /// A constant's kind; 0 for the second half of a wide one.
  int tag(int index) {
    return at[index] == 0 ? 0 : in.get(at[index]);
  }

  /// A text.
  String text(int index) {
    return new String(in.array(), at[index] + 3, u2(at[index] + 1), StandardCharsets.UTF_8);
  }

  /// The class that a reference to a member names, as `java/lang/System`.
  String owner(int reference) {
    return text(u2(at[u2(at[reference] + 1)] + 1));
  }

  /// The member's name.
  String member(int reference) {
    return text(u2(at[u2(at[reference] + 3)] + 1));
  }

  /// The member's type.
  String type(int reference) {
    return text(u2(at[u2(at[reference] + 3)] + 3));
  }

  private int u2(int position) {
    return in.getShort(position) & 0xFFFF;
  }
}
