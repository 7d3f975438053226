package dev.terrarium.services.lambda;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// What user code in this JVM gets instead of [System]: its own environment and output, and an exit
/// that ends the invocation and not the cloud.
///
/// Each sandbox's class loader defines this class anew, so its static fields are the sandbox's own;
/// [SystemCalls] turns the references of the user's classes to it. Public because user code links
/// to it.
public final class SandboxBridge {
  /// Instead of `System.out`.
  public static PrintStream out = System.out;

  /// Instead of `System.err`.
  public static PrintStream err = System.err;

  /// The environment variables.
  public static Map<String, String> environment = Map.of();

  /// Called with the status by `System.exit`; throws.
  public static IntConsumer exit = status -> {};

  private SandboxBridge() {}

  /// Instead of `System.getenv(name)`.
  public static @Nullable String getenv(String name) {
    return environment.get(name);
  }

  /// Instead of `System.getenv()`.
  public static Map<String, String> getenv() {
    return environment;
  }

  /// Instead of `System.setOut`.
  public static void setOut(PrintStream replacement) {
    out = replacement;
  }

  /// Instead of `System.setErr`.
  public static void setErr(PrintStream replacement) {
    err = replacement;
  }

  /// Instead of `Throwable.printStackTrace()`.
  public static void printStackTrace(Object error) throws ReflectiveOperationException {
    if (error instanceof Throwable throwable) {
      throwable.printStackTrace(err);
    } else {
      error.getClass().getMethod("printStackTrace").invoke(error);
    }
  }

  /// Instead of `System.exit`.
  public static void exit(int status) {
    exit.accept(status);
  }
}
