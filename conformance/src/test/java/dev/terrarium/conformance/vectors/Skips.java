package dev.terrarium.conformance.vectors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.Set;
import java.util.regex.Pattern;

/// The vectors that are known not to hold, each with its reason: the file `skipped.txt`, where a
/// line that begins with `#` is the reason of the lines below it, and a `*` stands for anything.
final class Skips {
  private record Skip(String text, Pattern pattern, String reason) {}

  private final List<Skip> skips = new ArrayList<>();
  private final Set<String> unused = new TreeSet<>();

  Skips() {
    try (var in = Skips.class.getResourceAsStream("/vectors/skipped.txt")) {
      var reason = "";
      boolean inReason = false;
      for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        var text = line.strip();
        if (text.startsWith("#")) {
          reason = inReason ? reason + " " + text.substring(1).strip() : text.substring(1).strip();
          inReason = true;
          continue;
        }
        inReason = false;
        if (!text.isEmpty()) {
          if (reason.isEmpty()) {
            throw new IllegalStateException(text + " is skipped without a reason");
          }
          var pattern = Pattern.compile(text.replace("*", ".*"));
          skips.add(new Skip(text, pattern, reason));
          unused.add(text);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Why a vector is skipped, if it is.
  Optional<String> reason(String protocol, String kind, String id) {
    var name = protocol + "/" + kind + "/" + id;
    for (var skip : skips) {
      if (skip.pattern.matcher(name).matches()) {
        unused.remove(skip.text);
        return Optional.of(skip.reason);
      }
    }
    return Optional.empty();
  }

  /// Lines that no vector has matched so far.
  Set<String> unused() {
    return unused;
  }
}
