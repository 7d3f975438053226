package dev.terrarium.services.ssm;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.ParameterHistory;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;
import software.amazon.awssdk.services.ssm.model.ParametersFilter;

/// Which parameters a listing is to show: all that every filter lets through.
record Filters(List<Filter> filters) {
  private static final Pattern KEY =
      Pattern.compile("tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType");

  /// One filter, with its option filled in.
  record Filter(String key, String option, List<String> values) {}

  /// The filters of `DescribeParameters`.
  static Filters ofListing(List<ParameterStringFilter> given) {
    check(given, false);
    return new Filters(given.stream().map(Filters::filled).toList());
  }

  /// The filters of `GetParametersByPath`.
  static Filters ofPath(List<ParameterStringFilter> given) {
    check(given, true);
    return new Filters(given.stream().map(Filters::filled).toList());
  }

  /// The older kind, whose names are prefixes.
  static Filters ofOlder(List<ParametersFilter> given) {
    return new Filters(
        given.stream()
            .map(filter ->
                new Filter(
                    filter.keyAsString(),
                    filter.keyAsString().equals("Name") ? "BeginsWith" : "Equals",
                    filter.values()))
            .toList());
  }

  private static Filter filled(ParameterStringFilter filter) {
    var option = filter.option();
    if (option == null) {
      option = filter.key().equals("Path") ? "OneLevel" : "Equals";
    }
    return new Filter(filter.key(), option, filter.values());
  }

  private static void check(List<ParameterStringFilter> filters, boolean byPath) {
    var constraints = new SsmConstraints();
    for (int i = 0; i < filters.size(); i++) {
      var filter = filters.get(i);
      var name = "parameterFilters." + (i + 1) + ".member.";
      constraints
          .required(name + "key", filter.key())
          .length(name + "key", filter.key(), 1, 132)
          .pattern(name + "key", filter.key(), KEY)
          .length(name + "option", filter.option(), 1, 10)
          .count(name + "values", filter.values(), filter.hasValues() ? 1 : 0, 50);
      for (var value : filter.values()) {
        constraints.length(name + "values", value, 1, 1024);
      }
    }
    constraints.check();
    var seen = new HashSet<String>();
    for (var filter : filters) {
      checkOne(filter, byPath);
      if (!seen.add(filter.key())) {
        throw SsmErrors.filterKey(
            "The following filter is duplicated in the request: "
                + filter.key()
                + ". A request can contain only one occurrence of a specific filter.");
      }
    }
  }

  private static void checkOne(ParameterStringFilter filter, boolean byPath) {
    var key = filter.key();
    var valid =
        byPath
            ? Set.of("Type", "KeyId", "Label")
            : Set.of("Path", "Name", "Type", "KeyId", "Tier", "DataType");
    if (!valid.contains(key) && (byPath || !key.startsWith("tag:"))) {
      throw SsmErrors.filterKey(
          "The following filter key is not valid: %s. Valid filter keys include: [%s]."
              .formatted(
                  key, byPath ? "Type, KeyId, Label" : "Path, Name, Type, KeyId, Tier, DataType"));
    }
    if (filter.values().isEmpty() && !key.startsWith("tag:")) {
      throw SsmErrors.filterKey(
          "The following filter values are missing : null for filter key " + key + ".");
    }
    var option = filter.option();
    if (key.equals("Path")) {
      if (option != null && !option.equals("Recursive") && !option.equals("OneLevel")) {
        throw badOption(option, "Recursive, OneLevel");
      }
      filter.values().forEach(Names::checkPath);
      return;
    }
    if (option != null) {
      if (key.equals("Name") && !option.matches("BeginsWith|Equals|Contains")) {
        throw badOption(option, "BeginsWith, Equals");
      }
      if (!key.equals("Name") && !option.matches("BeginsWith|Equals")) {
        throw badOption(option, "BeginsWith, Equals");
      }
      if (key.matches("Tier|Type|Label|DataType") && !option.equals("Equals")) {
        throw badOption(option, "Equals");
      }
    }
    if (key.equals("Type")) {
      checkValues(filter, new TreeSet<>(Set.of("String", "StringList", "SecureString")));
    } else if (key.equals("Tier")) {
      checkValues(filter, new TreeSet<>(Set.of("Standard", "Advanced", "Intelligent-Tiering")));
    }
  }

  private static void checkValues(ParameterStringFilter filter, Set<String> valid) {
    for (var value : filter.values()) {
      if (!valid.contains(value)) {
        throw SsmErrors.filterOption(
            "The following filter value is not valid: %s. Valid values include: %s."
                .formatted(
                    value,
                    filter.key().equals("Type")
                        ? "[String, StringList, SecureString]"
                        : "[Standard, Advanced, Intelligent-Tiering]"));
      }
    }
  }

  private static RuntimeException badOption(String option, String valid) {
    return SsmErrors.filterOption(
        "The following filter option is not valid: %s. Valid options include: [%s]."
            .formatted(option, valid));
  }

  boolean match(Head head, ParameterHistory newest) {
    return filters.stream().allMatch(filter -> matches(filter, head, newest));
  }

  private static boolean matches(Filter filter, Head head, ParameterHistory newest) {
    var key = filter.key();
    if (key.equals("Path")) {
      return any(
          filter, path -> Names.isUnder(newest.name(), path, filter.option().equals("Recursive")));
    }
    if (key.equals("Label")) {
      return any(filter, head.labels()::containsKey);
    }
    if (key.startsWith("tag:")) {
      var value = head.tags().get(key.substring("tag:".length()));
      return value != null && (filter.values().isEmpty() || fits(filter, value));
    }
    return switch (key) {
      case "Name" -> fitsName(filter, newest.name());
      case "Type" -> fits(filter, newest.typeAsString());
      case "KeyId" -> fits(filter, newest.keyId());
      case "Tier" -> fits(filter, newest.tierAsString());
      default -> fits(filter, newest.dataType());
    };
  }

  /// A name is the same with its first slash and without.
  private static boolean fitsName(Filter filter, String name) {
    var bare = name.replaceFirst("^/", "");
    return any(
        filter,
        value -> {
          var wanted = value.replaceFirst("^/", "");
          return switch (filter.option()) {
            case "BeginsWith" -> bare.startsWith(wanted);
            case "Contains" -> name.contains(value);
            default -> bare.equals(wanted);
          };
        });
  }

  private static boolean fits(Filter filter, @Nullable String actual) {
    var text = Objects.requireNonNullElse(actual, "");
    return any(
        filter,
        value ->
            filter.option().equals("BeginsWith") ? text.startsWith(value) : text.equals(value));
  }

  private static boolean any(Filter filter, Predicate<String> test) {
    return filter.values().stream().anyMatch(test);
  }

  /// The version that a filter by label means, or else the newest.
  ParameterHistory labelled(Parameters parameters, Head head, ParameterHistory newest) {
    for (var filter : filters) {
      if (filter.key().equals("Label")) {
        for (var label : filter.values()) {
          var number = head.labels().get(label);
          var version =
              number == null ? null : parameters.version(ParameterKey.of(newest.name()), number);
          if (version != null) {
            return version;
          }
        }
      }
    }
    return newest;
  }
}
