package dev.terrarium.services.glue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.model.PropertyPredicate;

/// Databases and tables.
final class CatalogTest extends GlueFixture {
  @Test
  void namesAreKeptInLowerCase() {
    database("Sales");
    table("SALES", "Orders", t -> t.tableType("EXTERNAL_TABLE"));
    var database = glue.getDatabase(r -> r.name("sAles")).database();
    assertThat(database.name()).isEqualTo("sales");
    assertThat(database.catalogId()).isEqualTo("000000000000");
    assertThat(database.createTime()).isEqualTo(START);
    assertThat(database.createTableDefaultPermissions().getFirst().principal())
        .hasToString("DataLakePrincipal(DataLakePrincipalIdentifier=IAM_ALLOWED_PRINCIPALS)");
    var table = glue.getTable(r -> r.databaseName("Sales").name("ORDERS")).table();
    assertThat(table.name()).isEqualTo("orders");
    assertThat(table.databaseName()).isEqualTo("sales");
    assertThat(table.versionId()).isEqualTo("0");
    assertThat(table.retention()).isZero();
  }

  @Test
  void whatIsThereIsNotMadeAgainAndWhatIsNotThereIsNotFound() {
    database("d");
    table("d", "t", t -> {});
    assertThat(error(() -> database("D")))
        .isEqualTo("AlreadyExistsException: Database already exists.");
    assertThat(error(() -> table("d", "T", t -> {})))
        .isEqualTo("AlreadyExistsException: Table already exists.");
    assertThat(error(() -> table("x", "t", t -> {})))
        .isEqualTo("EntityNotFoundException: Database x not found.");
    assertThat(error(() -> glue.getDatabase(r -> r.name("x"))))
        .isEqualTo("EntityNotFoundException: Database x not found.");
    assertThat(error(() -> glue.getTable(r -> r.databaseName("d").name("x"))))
        .isEqualTo("EntityNotFoundException: Entity Not Found");
    assertThat(error(() -> glue.deleteTable(r -> r.databaseName("d").name("x"))))
        .isEqualTo("EntityNotFoundException: Table x not found.");
    assertThat(error(() -> glue.createDatabase(r -> r.databaseInput(d -> d.name("")))))
        .startsWith("ValidationException: 1 validation error detected: Value ''");
  }

  @Test
  void aChangeIsTheNextVersionOfATable() {
    database("d");
    table("d", "t", t -> t.description("one"));
    cloud.timers().advance(java.time.Duration.ofSeconds(5));
    glue.updateTable(r -> r.databaseName("d").tableInput(t -> t.name("t").description("two")));
    glue.updateTable(r ->
        r.databaseName("d")
            .skipArchive(true)
            .versionId("1")
            .tableInput(t -> t.name("t").description("three")));
    var now = glue.getTable(r -> r.databaseName("d").name("t")).table();
    assertThat(now.versionId()).isEqualTo("2");
    assertThat(now.description()).isEqualTo("three");
    assertThat(now.createTime()).isEqualTo(START);
    assertThat(now.updateTime()).isEqualTo(START.plusSeconds(5));
    var versions = glue.getTableVersions(r -> r.databaseName("d").tableName("t")).tableVersions();
    assertThat(versions).extracting(v -> v.versionId()).containsExactly("2", "0");
    assertThat(
            glue.getTableVersion(r -> r.databaseName("d").tableName("t").versionId("0"))
                .tableVersion()
                .table()
                .description())
        .isEqualTo("one");
    assertThat(
            error(() ->
                glue.updateTable(
                    r -> r.databaseName("d").versionId("1").tableInput(t -> t.name("t")))))
        .isEqualTo(
            "ConcurrentModificationException: Update table failed due to concurrent"
                + " modifications.");
    assertThat(
            error(
                () -> glue.getTableVersion(r -> r.databaseName("d").tableName("t").versionId("1"))))
        .isEqualTo("EntityNotFoundException: Version not found.");
    var gone =
        glue.batchDeleteTableVersion(r -> r.databaseName("d").tableName("t").versionIds("0", "7"));
    assertThat(gone.errors())
        .singleElement()
        .satisfies(
            e -> assertThat(e.errorDetail().errorCode()).isEqualTo("EntityNotFoundException"));
  }

  @Test
  void tablesAreListedByPagesAndByHivesPatterns() {
    database("d");
    for (var name : List.of("apple", "apricot", "banana")) {
      table("d", name, t -> {});
    }
    var first = glue.getTables(r -> r.databaseName("d").maxResults(2));
    assertThat(first.tableList()).extracting(t -> t.name()).containsExactly("apple", "apricot");
    var second = glue.getTables(r -> r.databaseName("d").nextToken(first.nextToken()));
    assertThat(second.tableList()).extracting(t -> t.name()).containsExactly("banana");
    assertThat(second.nextToken()).isNull();
    assertThat(glue.getTables(r -> r.databaseName("d").expression("ap*")).tableList()).hasSize(2);
    assertThat(glue.getTables(r -> r.databaseName("d").expression(".*an.*")).tableList())
        .hasSize(1);
    assertThat(glue.getTables(r -> r.databaseName("d").expression("apple|banana")).tableList())
        .hasSize(2);
    assertThat(glue.searchTables(r -> r.searchText("pri")).tableList()).hasSize(1);
    var filtered =
        glue.searchTables(r ->
            r.filters(PropertyPredicate.builder().key("DatabaseName").value("d").build())
                .maxResults(2));
    assertThat(filtered.tableList()).hasSize(2);
    assertThat(filtered.nextToken()).isNotNull();
  }

  @Test
  void whatGoesTakesAlongWhatIsInIt() {
    database("d");
    partitioned("d", "t", "day", "string");
    partition("d", "t", "1");
    assertThat(glue.batchDeleteTable(r -> r.databaseName("d").tablesToDelete("t", "x")).errors())
        .singleElement()
        .satisfies(e -> assertThat(e.tableName()).isEqualTo("x"));
    partitioned("d", "t", "day", "string");
    assertThat(selected("d", "t", "")).isEmpty();
    glue.deleteDatabase(r -> r.name("d"));
    database("d");
    assertThat(glue.getTables(r -> r.databaseName("d")).tableList()).isEmpty();
  }

  @Test
  void databasesChangeAndBearTags() {
    glue.createDatabase(r -> r.databaseInput(d -> d.name("d")).tags(Map.of("a", "1")));
    var arn = "arn:aws:glue:us-east-1:000000000000:database/d";
    glue.tagResource(r -> r.resourceArn(arn).tagsToAdd(Map.of("b", "2")));
    glue.untagResource(r -> r.resourceArn(arn).tagsToRemove("a"));
    assertThat(glue.getTags(r -> r.resourceArn(arn)).tags()).isEqualTo(Map.of("b", "2"));
    glue.updateDatabase(r -> r.name("d").databaseInput(d -> d.name("d").description("x")));
    assertThat(glue.getDatabases(r -> {}).databaseList())
        .singleElement()
        .satisfies(d -> assertThat(d.description()).isEqualTo("x"));
    assertThat(error(() -> glue.getTags(r -> r.resourceArn(arn + "x"))))
        .isEqualTo("EntityNotFoundException: Database dx not found.");
  }

  @Test
  void functionsAndSettingsAreKept() {
    database("d");
    glue.createUserDefinedFunction(
        r -> r.databaseName("d").functionInput(f -> f.functionName("Twice").className("a.B")));
    assertThat(
            glue.getUserDefinedFunctions(r -> r.databaseName("d").pattern("t*"))
                .userDefinedFunctions())
        .singleElement()
        .satisfies(f -> assertThat(f.functionName()).isEqualTo("twice"));
    var policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
    var hash = glue.putResourcePolicy(r -> r.policyInJson(policy)).policyHash();
    assertThat(glue.getResourcePolicy(r -> {}).policyInJson()).isEqualTo(policy);
    assertThat(
            error(() ->
                glue.putResourcePolicy(
                    r -> r.policyInJson(policy).policyExistsCondition("NOT_EXIST"))))
        .startsWith("ConditionCheckFailureException");
    glue.deleteResourcePolicy(r -> r.policyHashCondition(hash));
    assertThat(error(() -> glue.getResourcePolicy(r -> {})))
        .isEqualTo("EntityNotFoundException: Policy not found");
    assertThat(
            glue.getDataCatalogEncryptionSettings(r -> {})
                .dataCatalogEncryptionSettings()
                .encryptionAtRest()
                .catalogEncryptionModeAsString())
        .isEqualTo("DISABLED");
    assertThat(glue.getCatalogImportStatus(r -> {}).importStatus().importCompleted()).isTrue();
  }
}
