package dev.terrarium.services.glue;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Page;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.PropertyPredicate;
import software.amazon.awssdk.services.glue.model.SearchTablesRequest;
import software.amazon.awssdk.services.glue.model.SearchTablesResponse;
import software.amazon.awssdk.services.glue.model.Table;

/// Finding tables by what is said of them.
final class GlueSearch extends GluePart {
  private static final int PAGE_MAX = 1000;
  private static final int PAGE = 100;

  GlueSearch(Catalog catalog) {
    super(catalog);
  }

  @Override
  public SearchTablesResponse searchTables(SearchTablesRequest request) {
    new GlueConstraints()
        .length("searchText", request.searchText(), 0, 1024)
        .page(request.maxResults(), PAGE_MAX)
        .count("sortCriteria", request.sortCriteria(), 0, 1)
        .check();
    var filters = request.filters().stream().map(GlueSearch::filter).toList();
    var text = request.searchText();
    var found = new ArrayList<Table>();
    catalog.tables.scan(
        (key, record) -> {
          var table = record.shown();
          if ((text == null || text.isEmpty() || mentions(table, text))
              && filters.stream().allMatch(filter -> filter.test(table))) {
            found.add(table);
          }
          return true;
        },
        Catalog.account(request.catalogId()),
        Call.current().region());
    for (var criterion : request.sortCriteria()) {
      var order = order(String.valueOf(criterion.fieldName()));
      found.sort("DESC".equals(criterion.sortAsString()) ? order.reversed() : order);
    }
    var token = Pages.behind(request.nextToken());
    int from = token.isEmpty() ? 0 : Math.min(Integer.parseInt(token), found.size());
    var max = request.maxResults() == null ? PAGE : request.maxResults();
    var to = Math.min(found.size(), from + max);
    return SearchTablesResponse.builder()
        .tableList(found.subList(from, to))
        .nextToken(to < found.size() ? Page.token(Integer.toString(to)) : null)
        .build();
  }

  private static Comparator<Table> order(String field) {
    return switch (field.toLowerCase(Locale.ROOT)) {
      case "createtime", "create_time" -> Comparator.comparing(Table::createTime);
      case "updatetime", "update_time" -> Comparator.comparing(Table::updateTime);
      default -> Comparator.comparing(table -> value(table, field));
    };
  }

  private static Predicate<Table> filter(PropertyPredicate predicate) {
    var key = String.valueOf(predicate.key());
    var wanted = predicate.value() == null ? "" : predicate.value();
    var time = key.toLowerCase(Locale.ROOT).replace("_", "");
    if (time.equals("createtime") || time.equals("updatetime") || time.equals("lastaccesstime")) {
      var moment = moment(wanted);
      var operator = predicate.comparatorAsString();
      return table -> compares(time(table, time), moment, operator);
    }
    return table -> value(table, key).toLowerCase(Locale.ROOT).contains(Catalog.lower(wanted));
  }

  private static Instant moment(String text) {
    try {
      return text.chars().allMatch(Character::isDigit)
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : Instant.parse(text);
    } catch (DateTimeException | NumberFormatException e) {
      throw GlueErrors.invalid("Invalid time in filter: " + text);
    }
  }

  private static @Nullable Instant time(Table table, String name) {
    return switch (name) {
      case "createtime" -> table.createTime();
      case "updatetime" -> table.updateTime();
      default -> table.lastAccessTime();
    };
  }

  private static boolean compares(
      @Nullable Instant value, Instant wanted, @Nullable String operator) {
    if (value == null) {
      return false;
    }
    var order = value.compareTo(wanted);
    return switch (operator == null ? "EQUALS" : operator) {
      case "GREATER_THAN" -> order > 0;
      case "LESS_THAN" -> order < 0;
      case "GREATER_THAN_EQUALS" -> order >= 0;
      case "LESS_THAN_EQUALS" -> order <= 0;
      default -> order == 0;
    };
  }

  /// What a table has under a name: an attribute or a parameter.
  private static String value(Table table, String key) {
    var value =
        switch (key.toLowerCase(Locale.ROOT)) {
          case "name" -> table.name();
          case "databasename", "database_name" -> table.databaseName();
          case "description" -> table.description();
          case "owner" -> table.owner();
          case "tabletype", "table_type" -> table.tableType();
          case "createdby", "created_by" -> table.createdBy();
          default -> table.parameters().get(key);
        };
    return value == null ? "" : value;
  }

  /// Text in quotes must be a whole name; other text may be a part of it.
  private static boolean mentions(Table table, String text) {
    var exact = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    var wanted = Catalog.lower(exact ? text.substring(1, text.length() - 1) : text);
    var words = new ArrayList<String>();
    words.add(value(table, "name"));
    words.add(value(table, "databasename"));
    words.add(value(table, "description"));
    words.add(value(table, "owner"));
    words.addAll(table.parameters().values());
    table.partitionKeys().forEach(column -> words.add(column.name()));
    if (table.storageDescriptor() != null) {
      table.storageDescriptor().columns().forEach(column -> words.add(column.name()));
    }
    return words.stream()
        .map(Catalog::lower)
        .anyMatch(word -> exact ? word.equals(wanted) : word.contains(wanted));
  }
}
