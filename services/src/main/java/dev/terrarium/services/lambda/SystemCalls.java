package dev.terrarium.services.lambda;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Turns the references of a class to `System.getenv`, `out`, `err`, `exit` and the like, and its
/// calls of `Throwable.printStackTrace()`, to [SandboxBridge].
///
/// A reference in the constant pool names an owner and a member, and the bridge has static members
/// of the same names and types as [System]; so only the owner changes. A call of `printStackTrace`
/// becomes a static call of the bridge, which takes as many bytes and as much of the stack. So the
/// code, its frames and its line numbers stay where they are, nothing has to be verified again that
/// was right before, and a class without such references costs one pass over its constants.
final class SystemCalls {
  private static final String SYSTEM = "java/lang/System";
  private static final String BRIDGE = SandboxBridge.class.getName().replace('.', '/');
  private static final String TRACE = "printStackTrace";
  private static final Set<String> MEMBERS =
      Set.of("getenv", "exit", "out", "err", "setOut", "setErr");

  /// How many constants [#rewrite] adds.
  private static final int ADDED = 6;

  private final byte[] bytes;
  private final ConstantPool pool;
  private final Set<Integer> references = new HashSet<>();
  private final Set<Integer> traces = new HashSet<>();

  private SystemCalls(byte[] bytes) {
    this.bytes = bytes;
    this.pool = new ConstantPool(bytes);
    for (int i = 1; i < pool.count(); i++) {
      var tag = pool.tag(i);
      if (tag == ConstantPool.FIELD || tag == ConstantPool.METHOD) {
        if (pool.owner(i).equals(SYSTEM) && MEMBERS.contains(pool.member(i))) {
          references.add(i);
        } else if (tag == ConstantPool.METHOD && isTrace(i)) {
          traces.add(i);
        }
      }
    }
  }

  /// The class's bytes with its references turned; the same array if it has none.
  static byte[] turn(byte[] bytes) {
    if (bytes.length < 10) {
      return bytes;
    }
    var calls = new SystemCalls(bytes);
    var found = !calls.references.isEmpty() || !calls.traces.isEmpty();
    return found && calls.pool.count() + ADDED <= 0xFFFF ? calls.rewrite() : bytes;
  }

  private boolean isTrace(int reference) {
    var owner = pool.owner(reference);
    return pool.member(reference).equals(TRACE)
        && pool.type(reference).equals("()V")
        && (owner.endsWith("Exception") || owner.endsWith("Error") || owner.endsWith("Throwable"));
  }

  private byte[] rewrite() {
    var changed = bytes.clone();
    var first = pool.count();
    var bridge = first + 1;
    for (var reference : references) {
      put(changed, pool.position(reference) + 1, bridge);
    }
    if (!traces.isEmpty()) {
      MethodCode.visit(
          changed,
          pool,
          at -> {
            if ((changed[at] & 0xFF) == MethodCode.INVOKE_VIRTUAL
                && traces.contains(MethodCode.u2(changed, at + 1))) {
              changed[at] = (byte) MethodCode.INVOKE_STATIC;
              put(changed, at + 1, first + ADDED - 1);
            }
          });
    }
    var out = new ByteArrayOutputStream(bytes.length + 128);
    try (var data = new DataOutputStream(out)) {
      data.write(changed, 0, pool.start() - 2);
      data.writeShort(first + ADDED);
      data.write(Arrays.copyOfRange(changed, pool.start(), pool.end()));
      text(data, BRIDGE);
      pair(data, ConstantPool.CLASS, first);
      text(data, TRACE);
      text(data, "(Ljava/lang/Object;)V");
      pair(data, ConstantPool.NAME_AND_TYPE, first + 2, first + 3);
      pair(data, ConstantPool.METHOD, bridge, first + 4);
      data.write(changed, pool.end(), changed.length - pool.end());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void text(DataOutputStream data, String value) throws IOException {
    data.writeByte(ConstantPool.UTF8);
    data.writeUTF(value);
  }

  private static void pair(DataOutputStream data, int tag, int... indexes) throws IOException {
    data.writeByte(tag);
    for (var index : indexes) {
      data.writeShort(index);
    }
  }

  private static void put(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}
