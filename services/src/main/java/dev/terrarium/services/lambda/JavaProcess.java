package dev.terrarium.services.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// The Java runtime client: the main class of a Java function's own process. Public because the JVM
/// starts it.
public final class JavaProcess {
  private static final char BREAK = '\u001e';

  private final Map<String, String> environment = System.getenv();
  private final Socket socket;
  private final InputStream in;

  private record Answer(Map<String, String> headers, byte[] body) {}

  private JavaProcess(String address) throws IOException {
    var colon = address.lastIndexOf(':');
    socket =
        new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// The class path of such a process: this class, Lambda's API and its serialisation.
  static String classPath() {
    var places = new LinkedHashSet<String>();
    for (var type : List.of(JavaProcess.class, Context.class, JacksonFactory.class)) {
      try {
        var source = type.getProtectionDomain().getCodeSource();
        places.add(Path.of(Objects.requireNonNull(source).getLocation().toURI()).toString());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return String.join(File.pathSeparator, places);
  }

  /// Serves invocations until the host has gone.
  public static void main(String[] arguments) throws IOException {
    Thread.ofPlatform().daemon().name("host").start(JavaProcess::watchHost);
    var process = new JavaProcess(Objects.requireNonNull(System.getenv("AWS_LAMBDA_RUNTIME_API")));
    process.serve();
  }

  /// The host holds the other end of standard input; when it has gone, so does this process.
  private static void watchHost() {
    try {
      System.in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException _) {
      // Gone as well.
    }
    Runtime.getRuntime().halt(1);
  }

  private void serve() throws IOException {
    var output = System.out;
    var code = Path.of(variable("LAMBDA_TASK_ROOT"));
    var layers = Path.of(variable("TERRARIUM_OPT"));
    var loader = SandboxClassLoader.of(SandboxClassLoader.classPath(code, layers), false);
    Thread.currentThread().setContextClassLoader(loader);
    JavaHandler handler;
    try {
      handler = JavaHandler.load(loader, variable("_HANDLER"));
    } catch (Throwable e) {
      print(output, JavaErrors.text(e));
      post("init/error", JavaErrors.json(e), e.getClass().getName());
      Runtime.getRuntime().halt(1);
      return;
    }
    while (true) {
      var next = request("GET", "invocation/next", new byte[0], "");
      var id = next.headers.getOrDefault("lambda-runtime-aws-request-id", "");
      try {
        var result = handler.handle(next.body, context(next, id, output));
        mark(output);
        post("invocation/" + id + "/response", result, "");
      } catch (Throwable e) {
        print(output, JavaErrors.text(e));
        mark(output);
        post("invocation/" + id + "/error", JavaErrors.json(e), e.getClass().getName());
      }
    }
  }

  private JavaContext context(Answer next, String id, PrintStream output) {
    var trace = next.headers.getOrDefault("lambda-runtime-trace-id", "");
    var deadline = Long.parseLong(next.headers.getOrDefault("lambda-runtime-deadline-ms", "0"));
    System.setProperty("com.amazonaws.xray.traceHeader", trace);
    return new JavaContext(
        id,
        next.headers.getOrDefault("lambda-runtime-invoked-function-arn", ""),
        trace,
        next.headers.getOrDefault("lambda-runtime-client-context", ""),
        environment,
        () -> deadline - InstantSource.system().millis(),
        message -> print(output, message));
  }

  private static void print(PrintStream output, String message) {
    output.print(message.replace('\n', BREAK) + "\n");
    output.flush();
  }

  private static void mark(PrintStream output) {
    System.out.flush();
    System.err.flush();
    output.write(0);
    output.flush();
  }

  private String variable(String name) {
    return Objects.requireNonNullElse(environment.get(name), "");
  }

  private void post(String path, byte[] body, String errorType) throws IOException {
    var header =
        errorType.isEmpty() ? "" : "Lambda-Runtime-Function-Error-Type: " + errorType + "\r\n";
    request("POST", path, body, header);
  }

  private Answer request(String method, String path, byte[] body, String headers)
      throws IOException {
    var head =
        method
            + " /2018-06-01/runtime/"
            + path
            + " HTTP/1.1\r\nHost: lambda\r\n"
            + headers
            + "Content-Length: "
            + body.length
            + "\r\n\r\n";
    var all = new ByteArrayOutputStream(head.length() + body.length);
    all.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    all.writeBytes(body);
    socket.getOutputStream().write(all.toByteArray());
    if (line().isEmpty()) {
      Runtime.getRuntime().halt(1);
    }
    var found = new HashMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(':');
      found.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(
        found, in.readNBytes(Integer.parseInt(found.getOrDefault("content-length", "0"))));
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream(80);
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
