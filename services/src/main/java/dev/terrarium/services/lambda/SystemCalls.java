package dev.terrarium.services.lambda;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Turns the references of a class to `System.getenv`, `out`, `err`, `exit` and the like to
/// [SandboxBridge].
///
/// Only the constant pool changes: a reference there names an owner and a member, and the bridge
/// has static members of the same names and types. So the code, its frames and its line numbers
/// stay as they are, nothing has to be verified again that was right before, and a class without
/// such a reference costs one pass over its constants.
final class SystemCalls {
  private static final String SYSTEM = "java/lang/System";
  private static final String BRIDGE = SandboxBridge.class.getName().replace('.', '/');
  private static final Set<String> MEMBERS =
      Set.of("getenv", "exit", "out", "err", "setOut", "setErr");

  private static final int UTF8 = 1;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int CLASS = 7;
  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int NAME_AND_TYPE = 12;

  private final ByteBuffer in;
  private final int[] at;
  private int poolEnd;

  private SystemCalls(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
    at = new int[in.getShort(8) & 0xFFFF];
    index();
  }

  /// The class's bytes with its references turned; the same array if it has none.
  static byte[] turn(byte[] bytes) {
    if (bytes.length < 10) {
      return bytes;
    }
    var calls = new SystemCalls(bytes);
    var references = calls.references();
    return references.isEmpty() ? bytes : calls.rewrite(bytes, references);
  }

  private void index() {
    int position = 10;
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
    poolEnd = position;
  }

  /// The positions of the references to turn.
  private List<Integer> references() {
    var found = new ArrayList<Integer>();
    for (int i = 1; i < at.length; i++) {
      if (at[i] == 0) {
        continue;
      }
      var tag = in.get(at[i]);
      if ((tag == FIELD || tag == METHOD) && isSystem(u2(at[i] + 1)) && isMember(u2(at[i] + 3))) {
        found.add(at[i]);
      }
    }
    return found;
  }

  private boolean isSystem(int classIndex) {
    return in.get(at[classIndex]) == CLASS && text(u2(at[classIndex] + 1)).equals(SYSTEM);
  }

  private boolean isMember(int nameAndType) {
    return in.get(at[nameAndType]) == NAME_AND_TYPE
        && MEMBERS.contains(text(u2(at[nameAndType] + 1)));
  }

  private byte[] rewrite(byte[] bytes, List<Integer> references) {
    var count = at.length;
    if (count + 2 > 0xFFFF) {
      return bytes;
    }
    var out = new ByteArrayOutputStream(bytes.length + 64);
    try (var data = new DataOutputStream(out)) {
      data.write(bytes, 0, 8);
      data.writeShort(count + 2);
      var pool = java.util.Arrays.copyOfRange(bytes, 10, poolEnd);
      for (var reference : references) {
        pool[reference - 10 + 1] = (byte) ((count + 1) >>> 8);
        pool[reference - 10 + 2] = (byte) (count + 1);
      }
      data.write(pool);
      data.writeByte(UTF8);
      data.writeUTF(BRIDGE);
      data.writeByte(CLASS);
      data.writeShort(count);
      data.write(bytes, poolEnd, bytes.length - poolEnd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private int u2(int position) {
    return in.getShort(position) & 0xFFFF;
  }

  private String text(int index) {
    var position = at[index];
    return new String(in.array(), position + 3, u2(position + 1), StandardCharsets.UTF_8);
  }
}
