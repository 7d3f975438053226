package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.joda.time.DateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JavaFunctionTest {
  private final LambdaFixture fixture = new LambdaFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  /// Knows its environment.
  public static final class Greeter implements RequestHandler<Map<String, Object>, String> {
    @Override
    public String handleRequest(Map<String, Object> event, Context context) {
      System.out.println("greeting " + event.get("name"));
      context.getLogger().log("logged");
      return System.getenv("GREETING") + " " + event.get("name") + context.getMemoryLimitInMB();
    }
  }

  /// Copies.
  public static final class Copier implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      in.transferTo(out);
    }
  }

  /// Fails.
  public static final class Failing implements RequestHandler<Object, Object> {
    @Override
    public Object handleRequest(Object event, Context context) {
      throw new IllegalStateException("broken", new RuntimeException("inside"));
    }
  }

  /// Leaves.
  public static final class Leaving implements RequestHandler<Object, Object> {
    @Override
    public Object handleRequest(Object event, Context context) {
      System.exit(3);
      return "not reached";
    }
  }

  /// Prints.
  public static final class Printing implements RequestHandler<Integer, String> {
    @Override
    @SuppressWarnings("CatchAndPrintStackTrace")
    public String handleRequest(Integer event, Context context) {
      switch (event) {
        case 1 -> System.err.println("one");
        case 2 -> System.err.println("two");
        default -> System.err.println("many");
      }
      try {
        throw new IllegalArgumentException("caught");
      } catch (IllegalArgumentException e) {
        e.printStackTrace();
      }
      return String.valueOf(System.getenv().containsKey("AWS_LAMBDA_FUNCTION_NAME"));
    }
  }

  /// Has no interface.
  public static final class Plain {
    /// A handler.
    public int add(Numbers numbers) {
      return numbers.left + numbers.right;
    }

    /// A handler of AWS's own event type.
    public String first(SQSEvent event) {
      return event.getRecords().getFirst().getBody();
    }
  }

  /// Input.
  public static final class Numbers {
    /// A member.
    public int left;

    /// Another.
    public int right;
  }

  /// Takes too long.
  public static final class Slow implements RequestHandler<Object, Object> {
    @Override
    public Object handleRequest(Object event, Context context) {
      try {
        new java.util.concurrent.CountDownLatch(1).await();
      } catch (InterruptedException _) {
        System.out.println("interrupted");
      }
      return "late";
    }
  }

  @Test
  void aRequestHandlerSeesItsEnvironmentAndItsOutputIsLogged() {
    fixture.java(
        "greeter", Greeter.class, b -> b.environment(e -> e.variables(Map.of("GREETING", "hi"))));
    assertThat(fixture.answer("greeter", "{\"name\":\"Ada\"}")).isEqualTo("\"hi Ada128\"");
    var lines = fixture.logLines("greeter");
    assertThat(lines.getFirst()).startsWith("INIT_START Runtime Version: java:21");
    assertThat(lines.get(1)).matches("START RequestId: [0-9a-f-]{36} Version: \\$LATEST\n");
    assertThat(lines).contains("greeting Ada\n", "logged\n");
    assertThat(lines.getLast())
        .matches(
            "REPORT RequestId: [0-9a-f-]{36}\tDuration: [0-9.]+ ms\tBilled Duration: [0-9]+"
                + " ms\tMemory Size: 128 MB\tMax Memory Used: [0-9]+ MB\tInit Duration: [0-9.]+"
                + " ms\t\n");
  }

  @Test
  void aStreamHandlerGetsTheBytesAsTheyAre() {
    fixture.java("copier", Copier.class, b -> {});
    assertThat(fixture.answer("copier", "{\"a\" : 1.50}")).isEqualTo("{\"a\" : 1.50}");
  }

  @Test
  void aPlainMethodGetsItsOwnType() {
    fixture.create(
        "plain",
        "java25",
        Plain.class.getName() + "::add",
        Zips.withJars(List.of(SQSEvent.class), Plain.class, Numbers.class),
        b -> {});
    assertThat(fixture.answer("plain", "{\"left\":2,\"right\":3}")).isEqualTo("5");
  }

  @Test
  void anEventTypeOfAwsIsReadAsAwsReadsIt() {
    fixture.create(
        "events",
        "java21",
        Plain.class.getName() + "::first",
        Zips.withJars(List.of(SQSEvent.class, DateTime.class), Plain.class, Numbers.class),
        b -> {});
    assertThat(fixture.answer("events", "{\"Records\":[{\"body\":\"b\",\"messageId\":\"m\"}]}"))
        .isEqualTo("\"b\"");
  }

  @Test
  void anExceptionIsShownWithItsCause() {
    fixture.java("failing", Failing.class, b -> {});
    var response = fixture.invoke("failing", "{}");
    assertThat(response.functionError()).isEqualTo("Unhandled");
    var error = dev.terrarium.kernel.Json.parse(response.payload().asUtf8String());
    assertThat(error.path("errorType").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.path("errorMessage").asText()).isEqualTo("broken");
    assertThat(error.path("stackTrace").path(0).asText()).contains("Failing.handleRequest");
    assertThat(error.path("cause").path("errorMessage").asText()).isEqualTo("inside");
  }

  @Test
  void whatIsPrintedToTheErrorOutputIsLoggedToo() {
    fixture.java("printing", Printing.class, b -> {});
    assertThat(fixture.answer("printing", "2")).isEqualTo("\"true\"");
    assertThat(fixture.logLines("printing"))
        .contains("two\n", "java.lang.IllegalArgumentException: caught\n");
  }

  @Test
  void exitEndsTheInvocationAndNotTheCloud() {
    fixture.java("leaving", Leaving.class, b -> {});
    var error = fixture.json("leaving", "{}");
    assertThat(error.path("errorType").asText()).isEqualTo("Runtime.ExitError");
    assertThat(error.path("errorMessage").asText())
        .endsWith("Error: Runtime exited with error: exit status 3");
  }

  @Test
  void aHandlerThatTakesTooLongIsCutOff() {
    fixture.java("slow", Slow.class, b -> b.timeout(1));
    var response = fixture.invoke("slow", "{}");
    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(response.payload().asUtf8String())
        .contains("Sandbox.Timedout")
        .contains("Task timed out after 1.00 seconds");
    assertThat(fixture.logLines("slow")).anyMatch(l -> l.endsWith("Status: timeout\n"));
  }

  @Test
  void aClassThatIsNotThereFailsTheInvocation() {
    fixture.create("none", "java21", "no.Such", Zips.ofClasses(Copier.class), b -> {});
    var error = fixture.json("none", "{}");
    assertThat(error.path("errorMessage").asText()).isEqualTo("Class not found: no.Such");
    assertThat(error.path("errorType").asText()).isEqualTo("java.lang.ClassNotFoundException");
  }

  @Test
  void aProcessOfItsOwnServesTheSameHandler() {
    fixture.java(
        "apart",
        Greeter.class,
        b ->
            b.memorySize(512)
                .environment(e ->
                    e.variables(Map.of("GREETING", "hi", "TERRARIUM_LAMBDA_JAVA", "process"))));
    assertThat(fixture.answer("apart", "{\"name\":\"Ada\"}")).isEqualTo("\"hi Ada512\"");
    assertThat(fixture.logLines("apart")).contains("greeting Ada\n", "logged\n");
    assertThat(Objects.requireNonNull(fixture.cloud.meter().amounts().get("lambda:requests")))
        .isEqualTo(1.0);
  }
}
