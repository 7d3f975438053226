package dev.terrarium.bench.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Takes the name of an object out of a notification that came through a topic and a queue, and
/// writes an object of that name, with the moment at which this function began.
public final class Relay implements RequestStreamHandler {
  private static final Pattern KEY = Pattern.compile("in-[0-9]{8}");

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    var began = Results.micros();
    var event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    var matcher = KEY.matcher(event);
    while (matcher.find()) {
      Results.put(matcher.group(), Long.toString(began));
    }
    out.write("null".getBytes(StandardCharsets.UTF_8));
  }
}
