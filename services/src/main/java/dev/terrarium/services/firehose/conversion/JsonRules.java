package dev.terrarium.services.firehose.conversion;

import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.firehose.model.Deserializer;

/// How a deserializer reads JSON.
///
/// OpenX's is lenient: text in a column of numbers is a number, structures in a column of text are
/// their JSON, a single value in a column of lists is a list of one. Hive's refuses all that.
///
/// @param caseInsensitive whether keys are compared without regard to case
/// @param dotsToUnderscores whether a dot in a key stands for an underscore in a column's name
/// @param keys of columns whose keys are not their names
/// @param timestamps how text is a moment
record JsonRules(
    boolean lenient,
    boolean caseInsensitive,
    boolean dotsToUnderscores,
    Map<String, String> keys,
    Timestamps timestamps) {
  JsonRules {
    keys = Map.copyOf(keys);
  }

  static JsonRules of(Deserializer deserializer) {
    var hive = deserializer.hiveJsonSerDe();
    if (hive != null) {
      return new JsonRules(
          false, true, false, Map.of(), Timestamps.ofHive(hive.timestampFormats()));
    }
    var openX = deserializer.openXJsonSerDe();
    return new JsonRules(
        true,
        !Boolean.FALSE.equals(openX.caseInsensitive()),
        Boolean.TRUE.equals(openX.convertDotsInJsonKeysToUnderscores()),
        openX.columnToJsonKeyMappings(),
        Timestamps.ofOpenX());
  }

  /// The key of a column, as [#folded] has it.
  String key(String column) {
    return folded(keys.getOrDefault(column, column));
  }

  /// A key as it is compared.
  String folded(String key) {
    var dotted = dotsToUnderscores ? key.replace('.', '_') : key;
    return caseInsensitive ? dotted.toLowerCase(Locale.ROOT) : dotted;
  }
}
