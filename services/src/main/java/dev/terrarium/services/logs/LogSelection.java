package dev.terrarium.services.logs;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which groups an account policy is for: `LogGroupName NOT IN ["a", "b"]` or `LogGroupNamePrefix
/// IN ["a"]`.
final class LogSelection {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(LogGroupName|LogGroupNamePrefix)\\s+(NOT\\s+IN|IN)\\s*\\[(.*)\\]\\s*",
          Pattern.DOTALL);

  private LogSelection() {}

  static void check(@Nullable String criteria) {
    if (criteria != null && !criteria.isBlank() && !FORM.matcher(criteria).matches()) {
      throw LogsErrors.invalid("Invalid selection criteria: " + criteria);
    }
  }

  static boolean covers(@Nullable String criteria, String group) {
    if (criteria == null || criteria.isBlank()) {
      return true;
    }
    var matcher = FORM.matcher(criteria);
    if (!matcher.matches()) {
      return false;
    }
    var names = names(matcher.group(3));
    var named =
        matcher.group(1).equals("LogGroupName")
            ? names.contains(group)
            : names.stream().anyMatch(group::startsWith);
    return matcher.group(2).startsWith("NOT") != named;
  }

  private static Set<String> names(String list) {
    var names = new HashSet<String>();
    var matcher = Pattern.compile("[\"']([^\"']*)[\"']").matcher(list);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
