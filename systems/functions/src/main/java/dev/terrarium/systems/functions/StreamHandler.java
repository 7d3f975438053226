package dev.terrarium.systems.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Takes batches of records as a whole: if it throws, its mapping sends the batch again, or halves
/// of it, in the order of the shard.
public abstract class StreamHandler implements RequestStreamHandler {
  /// Reads and writes JSON.
  protected static final ObjectMapper JSON = new ObjectMapper();

  /// Takes a batch; it may have been taken before, in part or as a whole.
  protected abstract void take(List<JsonNode> records) throws IOException;

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var records = new ArrayList<JsonNode>();
    JSON.readTree(input).path("Records").forEach(records::add);
    take(records);
    output.write("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /// A variable of the function's environment that must be there.
  protected static String variable(String name) {
    return Objects.requireNonNull(System.getenv(name), name);
  }
}
