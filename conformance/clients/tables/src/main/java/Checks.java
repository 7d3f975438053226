import java.util.Objects;

/// Counts what holds and what does not.
final class Checks {
  private int passed;
  private int failed;

  /// Something that may fail in any way.
  interface Work {
    void run() throws Exception;
  }

  /// Runs a chapter; whatever it throws is a failure of its own.
  void chapter(String name, Work work) {
    try {
      work.run();
    } catch (Exception | AssertionError e) {
      failed++;
      System.out.println("not ok " + name + ": " + e);
      e.printStackTrace(System.out);
    }
  }

  void that(boolean holds, String what) {
    if (holds) {
      passed++;
    } else {
      failed++;
      System.out.println("not ok " + what);
    }
  }

  void same(Object wanted, Object seen, String what) {
    that(Objects.equals(wanted, seen), what + ": wanted " + wanted + ", saw " + seen);
  }

  /// The work must be refused.
  <E extends Exception> void refused(Class<E> type, Work work, String what) {
    try {
      work.run();
      that(false, what + ": was not refused");
    } catch (Exception e) {
      that(type.isInstance(e), what + ": wanted " + type.getSimpleName() + ", saw " + e);
    }
  }

  int failed() {
    return failed;
  }

  @Override
  public String toString() {
    return "passed " + passed + ", failed " + failed;
  }
}
