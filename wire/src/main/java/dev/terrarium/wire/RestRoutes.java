package dev.terrarium.wire;

import dev.terrarium.kernel.model.Operation;
import dev.terrarium.kernel.model.ServiceModel;
import dev.terrarium.wire.codec.RestBinding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the operation of a REST service by method, path and query.
///
/// Where several match, the one with the most literal path and the most query parameters of its own
/// wins.
final class RestRoutes {
  /// An operation and what the path said.
  record Match(Operation operation, Map<String, String> labels) {}

  private record Route(
      Operation operation, String method, List<String> segments, Map<String, String> query) {}

  private final List<Route> routes = new ArrayList<>();

  RestRoutes(ServiceModel model) {
    for (var operation : model.operations()) {
      var uri = operation.http().requestUri();
      var mark = uri.indexOf('?');
      var path = mark < 0 ? uri : uri.substring(0, mark);
      var query = new HashMap<String, String>();
      if (mark >= 0) {
        WireRequest.parameters(uri.substring(mark + 1))
            .forEach((name, values) -> query.put(name, values.getFirst()));
      }
      routes.add(new Route(operation, operation.http().httpMethod().name(), segments(path), query));
    }
  }

  @Nullable Match find(String method, String rawPath, Map<String, List<String>> query) {
    var segments = segments(rawPath);
    Match best = null;
    int bestScore = -1;
    for (var route : routes) {
      if (route.method.equals(method) && matches(route.query, query)) {
        var labels = labels(route.segments, segments);
        if (labels != null) {
          var score = literals(route.segments) * 16 + route.query.size();
          if (score > bestScore) {
            bestScore = score;
            best = new Match(route.operation, labels);
          }
        }
      }
    }
    return best;
  }

  private static boolean matches(Map<String, String> wanted, Map<String, List<String>> query) {
    for (var entry : wanted.entrySet()) {
      var values = query.get(entry.getKey());
      if (values == null || !entry.getValue().isEmpty() && !values.contains(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable Map<String, String> labels(List<String> route, List<String> path) {
    var labels = new LinkedHashMap<String, String>();
    int at = 0;
    for (int i = 0; i < route.size(); i++) {
      var segment = route.get(i);
      if (segment.startsWith("{") && segment.endsWith("+}")) {
        var last = path.size() - (route.size() - i - 1);
        if (last <= at) {
          return null;
        }
        var rest = String.join("/", path.subList(at, last));
        labels.put(segment.substring(1, segment.length() - 2), WireRequest.decodePath(rest));
        at = last;
      } else if (at >= path.size()) {
        return null;
      } else if (segment.startsWith("{")) {
        if (path.get(at).isEmpty()) {
          return null;
        }
        labels.put(
            segment.substring(1, segment.length() - 1), WireRequest.decodePath(path.get(at++)));
      } else if (!segment.equals(path.get(at++))) {
        return null;
      }
    }
    return at == path.size() ? labels : null;
  }

  private static int literals(List<String> segments) {
    return (int) segments.stream().filter(segment -> !segment.startsWith("{")).count();
  }

  /// The parts between slashes; a slash at the end says nothing.
  private static List<String> segments(String path) {
    var from = path.startsWith("/") ? 1 : 0;
    var to = path.length() > from && path.endsWith("/") ? path.length() - 1 : path.length();
    var trimmed = path.substring(from, Math.max(from, to));
    return trimmed.isEmpty() ? List.of() : List.of(trimmed.split("/", -1));
  }

  /// S3's operations, whose bucket and key have been taken out of host and path before.
  static final class Buckets {
    private record Target(String method, boolean bucket, boolean key) {}

    private record Candidate(
        Operation operation,
        Map<String, String> query,
        List<String> required,
        List<String> headers) {
      int score() {
        return query.size() * 2 + required.size() + headers.size() * 4;
      }
    }

    private final Map<Target, List<Candidate>> candidates = new HashMap<>();

    Buckets(ServiceModel model) {
      for (var operation : model.operations()) {
        var builder = operation.requestBuilder().get();
        var uri = operation.http().requestUri();
        var mark = uri.indexOf('?');
        var query = new HashMap<String, String>();
        if (mark >= 0) {
          WireRequest.parameters(uri.substring(mark + 1))
              .forEach((name, values) -> query.put(name, values.getFirst()));
        }
        var target =
            new Target(
                operation.http().httpMethod().name(),
                RestBinding.hasLabel(builder, "Bucket"),
                RestBinding.hasLabel(builder, "Key"));
        var candidate =
            new Candidate(
                operation,
                query,
                RestBinding.required(builder, false),
                RestBinding.required(builder, true).stream()
                    .filter(name -> name.equals("x-amz-copy-source"))
                    .toList());
        candidates.computeIfAbsent(target, t -> new ArrayList<>()).add(candidate);
      }
      // The first that fits is then the one that says most about itself.
      candidates
          .values()
          .forEach(list -> list.sort(Comparator.comparingInt(Candidate::score).reversed()));
    }

    /// Lists of directory buckets are asked for as those of others, but signed for another service.
    private static boolean isExpress(WireRequest request, Map<String, List<String>> query) {
      return request.headerOr("authorization", "").contains("/s3express/")
          || query.getOrDefault("x-id", List.of()).contains("ListDirectoryBuckets");
    }

    @Nullable Operation find(
        WireRequest request, boolean bucket, boolean key, Map<String, List<String>> query) {
      var target = new Target(request.method(), bucket, key);
      for (var candidate : candidates.getOrDefault(target, List.of())) {
        if (matches(candidate.query, query)
            && query.keySet().containsAll(candidate.required)
            && request.headers().keySet().containsAll(candidate.headers)
            && (bucket || !isHidden(candidate, request, query))) {
          return candidate.operation;
        }
      }
      return null;
    }

    private static boolean isHidden(
        Candidate candidate, WireRequest request, Map<String, List<String>> query) {
      var hidden = isExpress(request, query) ? "ListBuckets" : "ListDirectoryBuckets";
      return candidate.operation.name().equals(hidden);
    }
  }
}
