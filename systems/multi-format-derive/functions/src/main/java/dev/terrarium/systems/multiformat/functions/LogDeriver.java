package dev.terrarium.systems.multiformat.functions;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// What one department wants to know of an access log, as `<department>/<log>.json`.
public abstract class LogDeriver extends Deriver {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String department;

  LogDeriver(String department) {
    this.department = department;
  }

  /// Counts.
  abstract Map<String, Object> summary(List<AccessLog.Hit> hits);

  @Override
  protected final List<String> targets(Source source) {
    return List.of(department + "/" + source.name() + ".json");
  }

  @Override
  protected final List<Derivative> derive(Source source, byte[] content) throws IOException {
    var summary = JSON.writeValueAsBytes(summary(AccessLog.read(content)));
    return List.of(new Derivative(targets(source).getFirst(), "application/json", summary));
  }
}
