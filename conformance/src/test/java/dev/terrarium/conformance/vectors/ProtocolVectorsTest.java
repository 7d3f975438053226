package dev.terrarium.conformance.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.wire.HttpServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Smithy's own protocol tests, those for servers, through the port: what every AWS client is held
/// to as well.
///
/// A vector that is known not to hold stands in `vectors/skipped.txt` with its reason; the test
/// fails as soon as it does hold, so that the list can only become shorter.
@Execution(ExecutionMode.SAME_THREAD)
class ProtocolVectorsTest {
  private static final List<SmithyService> SERVICES = SmithyService.all();
  private static final Skips SKIPS = new Skips();
  private static final Map<String, int[]> COUNTS = new TreeMap<>();
  private static Cloud cloud;
  private static HttpServer server;

  @BeforeAll
  static void start() {
    Generator.generate(SERVICES);
    cloud =
        Cloud.builder()
            .packages(SERVICES.stream().map(s -> s.generated().servicePackage()).toList())
            .build();
    server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
  }

  @AfterAll
  static void stop() {
    server.close();
    cloud.close();
    System.out.println("vectors of Smithy: held, skipped");
    COUNTS.forEach((group, n) -> System.out.printf("  %-24s %4d %4d%n", group, n[0], n[1]));
    System.out.println("  together                 " + Arrays.toString(total()));
  }

  private static int[] total() {
    return COUNTS.values().stream()
        .reduce(new int[2], (a, b) -> new int[] {a[0] + b[0], a[1] + b[1]});
  }

  @TestFactory
  Stream<DynamicTest> requestsAreUnderstood() {
    return SERVICES.stream()
        .flatMap(service ->
            service.requests().stream()
                .map(v ->
                    test(
                        service,
                        "requests",
                        v.id(),
                        () -> new Exchange(server.port(), service).request(v))));
  }

  @TestFactory
  Stream<DynamicTest> responsesAreAsClientsExpect() {
    return SERVICES.stream()
        .flatMap(service ->
            service.responses().stream()
                .map(v ->
                    test(
                        service,
                        "responses",
                        v.id(),
                        () -> new Exchange(server.port(), service).response(v))));
  }

  @TestFactory
  Stream<DynamicTest> malformedRequestsAreRefused() {
    return SERVICES.stream()
        .flatMap(service ->
            service.malformed().stream()
                .map(v ->
                    test(
                        service,
                        "malformed",
                        v.id(),
                        () -> new Exchange(server.port(), service).malformed(v))));
  }

  private interface Check {
    void run() throws Exception;
  }

  private static DynamicTest test(SmithyService service, String group, String id, Check check) {
    return DynamicTest.dynamicTest(
        service.protocol() + "/" + group + "/" + id,
        () -> {
          var counts = COUNTS.computeIfAbsent(service.protocol() + " " + group, name -> new int[2]);
          var reason = SKIPS.reason(service.protocol(), group, id);
          Served.reset();
          if (reason.isEmpty()) {
            check.run();
            counts[0]++;
            return;
          }
          counts[1]++;
          assertThat(holds(check))
              .as("it holds now, so take it off the list: %s", reason.get())
              .isFalse();
        });
  }

  private static boolean holds(Check check) {
    try {
      check.run();
      return true;
    } catch (AssertionError | Exception e) {
      return false;
    }
  }

  @TestFactory
  Stream<DynamicTest> everySkipIsOfAVectorThatExists() {
    var skips = new Skips();
    var ids = new ArrayList<String>();
    for (var service : SERVICES) {
      Map.of(
              "requests", service.requests(),
              "responses", service.responses(),
              "malformed", service.malformed())
          .forEach((kind, vectors) ->
              vectors.forEach(v -> {
                ids.add(v.id());
                skips.reason(service.protocol(), kind, v.id());
              }));
    }
    return Stream.of(
        DynamicTest.dynamicTest(
            ids.size() + " vectors",
            () -> {
              assertThat(ids).hasSizeGreaterThan(1300);
              assertThat(skips.unused()).isEmpty();
            }));
  }
}
