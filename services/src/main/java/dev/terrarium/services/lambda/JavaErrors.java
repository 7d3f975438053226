package dev.terrarium.services.lambda;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;

/// A throwable of user code as AWS's Java runtime shows it.
final class JavaErrors {
  private static final int CAUSES_MAX = 32;
  private static final List<String> OWN =
      Stream.of(JavaHandler.class, JvmSandbox.class, JavaProcess.class)
          .map(Class::getName)
          .toList();

  private JavaErrors() {}

  /// `{"errorMessage": …, "errorType": …, "stackTrace": […], "cause": {…}}`.
  static byte[] json(Throwable error) {
    var out = new ByteArrayOutputStream();
    JacksonFactory.getInstance().getSerializer(Map.class).toJson(describe(error, 0), out);
    return out.toByteArray();
  }

  /// The stack trace for the log: one message of many lines.
  static String text(Throwable error) {
    var text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    var lines = new StringBuilder();
    for (var line : text.toString().split("\n")) {
      if (OWN.stream().noneMatch(name -> line.contains("at " + name))) {
        lines.append(lines.isEmpty() ? "" : "\n").append(line);
      }
    }
    return lines.toString();
  }

  private static Map<String, Object> describe(Throwable error, int depth) {
    var described = new LinkedHashMap<String, Object>();
    var message = error.getMessage();
    if (message != null) {
      described.put("errorMessage", message);
    }
    described.put("errorType", error.getClass().getName());
    described.put("stackTrace", frames(error));
    if (error.getCause() != null && error.getCause() != error && depth < CAUSES_MAX) {
      described.put("cause", describe(error.getCause(), depth + 1));
    }
    return described;
  }

  private static List<String> frames(Throwable error) {
    var frames = new ArrayList<String>();
    for (var frame : error.getStackTrace()) {
      if (OWN.contains(frame.getClassName())) {
        break;
      }
      frames.add(
          new StackTraceElement(
                  null,
                  frame.getModuleName(),
                  frame.getModuleVersion(),
                  frame.getClassName(),
                  frame.getMethodName(),
                  frame.getFileName(),
                  frame.getLineNumber())
              .toString());
    }
    return frames;
  }
}
