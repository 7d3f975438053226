package dev.terrarium.bench.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Notes how old the records of a Kinesis stream or of a table's stream are when it begins, by the
/// moment of sixteen digits that each holds. A record of the moment 0 has it write down all ages.
public final class Lag implements RequestStreamHandler {
  private static final Pattern DATA = Pattern.compile("\"data\":\\s*\"([^\"]+)\"");
  private static final Pattern NUMBER =
      Pattern.compile("\"NewImage\":.*?\"t\":\\s*\\{\"N\":\\s*\"(\\d+)\"");
  private static final List<Long> AGES = new ArrayList<>();

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    var began = Results.micros();
    var event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    for (var moment : moments(event)) {
      if (moment == 0) {
        Results.put("ages", AGES.toString());
        AGES.clear();
      } else {
        AGES.add(began - moment);
      }
    }
    out.write("null".getBytes(StandardCharsets.UTF_8));
  }

  private static List<Long> moments(String event) {
    var moments = new ArrayList<Long>();
    var data = DATA.matcher(event);
    while (data.find()) {
      var text = new String(Base64.getDecoder().decode(data.group(1)), StandardCharsets.US_ASCII);
      moments.add(Long.parseLong(text.substring(0, 16)));
    }
    var number = NUMBER.matcher(event);
    while (number.find()) {
      moments.add(Long.parseLong(number.group(1)));
    }
    return moments;
  }
}
