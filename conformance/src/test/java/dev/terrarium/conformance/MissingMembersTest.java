package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.conformance.vectors.Http;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.core.protocol.MarshallLocation;

/// Every supported operation, asked without one of its members at a time, at whatever depth:
/// whatever the service says to that, it is the caller's error, or none.
@Execution(ExecutionMode.SAME_THREAD)
class MissingMembersTest {
  private static Cloud cloud;
  private static HttpServer server;

  @BeforeAll
  static void start() {
    cloud = Cloud.inMemory();
    server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
    FuzzTest.populate(cloud);
  }

  @AfterAll
  static void stop() {
    server.close();
    cloud.close();
  }

  @TestFactory
  Stream<DynamicTest> noMemberIsTakenForGranted() {
    var endpoint = URI.create("http://127.0.0.1:" + server.port());
    return cloud.services().stream()
        .flatMap(service -> {
          var client = Captured.client(service.client(), endpoint);
          return service.supported().stream()
              .map(name -> service.model().operation(name))
              .map(operation ->
                  DynamicTest.dynamicTest(
                      service.name() + ":" + operation,
                      () -> withoutEach(service, client, operation)));
        });
  }

  private static void withoutEach(Service service, Object client, Operation operation)
      throws IOException {
    var failures = new ArrayList<String>();
    for (var missing : names(operation)) {
      var samples =
          new Samples((field, value) ->
              field.memberName().equals(missing) ? null : FuzzTest.plausible(field, value));
      var request = samples.fill(operation.requestBuilder().get());
      var captured = Captured.of(service.model(), client, operation, request, new byte[] {1, 2, 3});
      if (captured.isPresent()) {
        try (var errors = new Errors()) {
          var sent = captured.get();
          var answer =
              Http.send(server.port(), sent.method(), sent.target(), sent.headers(), sent.body());
          if (answer.status() >= 500 && answer.status() != 501) {
            failures.add("without " + missing + ": " + answer + errors.seen());
          }
        }
      }
    }
    assertThat(failures).isEmpty();
  }

  /// The names of all members of a request's body, at whatever depth.
  private static Set<String> names(Operation operation) {
    var names = new TreeSet<String>();
    new Samples(
            (field, value) -> {
              if (field.location() == MarshallLocation.PAYLOAD) {
                names.add(field.memberName());
              }
              return value;
            })
        .fill(operation.requestBuilder().get());
    return names;
  }
}
