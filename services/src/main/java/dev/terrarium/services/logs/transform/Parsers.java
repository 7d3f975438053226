package dev.terrarium.services.logs.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.CSV;
import software.amazon.awssdk.services.cloudwatchlogs.model.Grok;
import software.amazon.awssdk.services.cloudwatchlogs.model.ParseJSON;
import software.amazon.awssdk.services.cloudwatchlogs.model.ParseKeyValue;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;

/// The processors that read fields out of a text: JSON, key-value pairs, CSV, Grok.
final class Parsers {
  private Parsers() {}

  /// What a processor does, or null if it is no parser.
  ///
  /// @throws UnsupportedOperationException for formats that Terrarium cannot read
  static Transformer.@Nullable Step of(Processor processor) {
    if (processor.parseJSON() != null) {
      return json(processor.parseJSON());
    } else if (processor.parseKeyValue() != null) {
      return keyValue(processor.parseKeyValue());
    } else if (processor.csv() != null) {
      return csv(processor.csv());
    } else if (processor.grok() != null) {
      return grok(processor.grok());
    }
    refuse("parseCloudfront", processor.parseCloudfront());
    refuse("parsePostgres", processor.parsePostgres());
    refuse("parseRoute53", processor.parseRoute53());
    refuse("parseToOCSF", processor.parseToOCSF());
    refuse("parseVPC", processor.parseVPC());
    refuse("parseWAF", processor.parseWAF());
    return null;
  }

  private static void refuse(String name, @Nullable Object processor) {
    if (processor != null) {
      throw new UnsupportedOperationException("the processor " + name);
    }
  }

  private static Transformer.Step json(ParseJSON parse) {
    return (event, message) -> {
      var text = Paths.text(event, parse.source(), message);
      if (text == null) {
        return;
      }
      try {
        if (Json.parse(text) instanceof ObjectNode object) {
          Paths.merge(event, parse.destination(), object, true);
        }
      } catch (IllegalArgumentException e) {
        // A message that is not JSON stays without fields, as on AWS.
        System.getLogger(Parsers.class.getName()).log(System.Logger.Level.TRACE, "Not JSON", e);
      }
    };
  }

  private static Transformer.Step keyValue(ParseKeyValue parse) {
    var fields = parse.fieldDelimiter() == null ? "&" : parse.fieldDelimiter();
    var pairs = parse.keyValueDelimiter() == null ? "=" : parse.keyValueDelimiter();
    var prefix = parse.keyPrefix() == null ? "" : parse.keyPrefix();
    return (event, message) -> {
      var text = Paths.text(event, parse.source(), message);
      if (text == null) {
        return;
      }
      var found = Json.object();
      for (var field : text.split(Pattern.quote(fields))) {
        var at = field.indexOf(pairs);
        if (at >= 0) {
          found.put(
              prefix + field.substring(0, at).strip(),
              field.substring(at + pairs.length()).strip());
        } else if (parse.nonMatchValue() != null && !field.isBlank()) {
          found.put(prefix + field.strip(), parse.nonMatchValue());
        }
      }
      Paths.merge(
          event, parse.destination(), found, Boolean.TRUE.equals(parse.overwriteIfExists()));
    };
  }

  private static Transformer.Step csv(CSV parse) {
    var delimiter = parse.delimiter() == null ? ',' : unescape(parse.delimiter());
    var quote = parse.quoteCharacter() == null ? '"' : parse.quoteCharacter().charAt(0);
    return (event, message) -> {
      var text = Paths.text(event, parse.source(), message);
      if (text == null) {
        return;
      }
      var cells = cells(text, delimiter, quote);
      var found = Json.object();
      for (int i = 0; i < cells.size(); i++) {
        var named = i < parse.columns().size();
        found.put(named ? parse.columns().get(i) : "column_" + (i + 1), cells.get(i));
      }
      Paths.merge(event, null, found, true);
    };
  }

  private static char unescape(String delimiter) {
    return delimiter.equals("\\t") ? '\t' : delimiter.charAt(0);
  }

  private static List<String> cells(String line, char delimiter, char quote) {
    var cells = new ArrayList<String>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (c == quote && quoted && i + 1 < line.length() && line.charAt(i + 1) == quote) {
        cell.append(c);
        i++;
      } else if (c == quote) {
        quoted = !quoted;
      } else if (c == delimiter && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  private static Transformer.Step grok(Grok parse) {
    var pattern = new GrokPattern(parse.match() == null ? "" : parse.match());
    return (event, message) -> {
      var text = Paths.text(event, parse.source(), message);
      if (text != null) {
        Paths.merge(event, null, pattern.match(text), true);
      }
    };
  }
}
