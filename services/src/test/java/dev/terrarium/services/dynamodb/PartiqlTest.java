package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchStatementRequest;
import software.amazon.awssdk.services.dynamodb.model.ParameterizedStatement;

final class PartiqlTest extends TableFixture {
  @BeforeEach
  void makeTable() {
    table("Music");
    put("Music", "pk", "Acme", "sk", "A", "year", 1999, "tags", List.of("x"));
    put("Music", "pk", "Acme", "sk", "B", "year", 2005);
    put("Music", "pk", "Other", "sk", "A", "info", Map.of("label", "L"));
  }

  private List<Map<String, AttributeValue>> execute(
      String statement, AttributeValue... parameters) {
    return dynamo
        .executeStatement(e ->
            e.statement(statement).parameters(parameters.length == 0 ? null : List.of(parameters)))
        .items();
  }

  @Test
  void selectsFindWhatTheyAskFor() {
    assertThat(execute("SELECT sk FROM \"Music\" WHERE pk = 'Acme' AND \"year\" > ?", n(2000)))
        .containsExactly(item("sk", "B"));
    assertThat(execute("SELECT * FROM Music WHERE pk = 'Acme' ORDER BY sk DESC"))
        .extracting(i -> s(i, "sk"))
        .containsExactly("B", "A");
    assertThat(execute("SELECT pk FROM Music WHERE info.label IN ['K', 'L']"))
        .containsExactly(item("pk", "Other"));
    assertThat(execute("SELECT pk FROM Music WHERE \"year\" IS MISSING"))
        .containsExactly(item("pk", "Other"));
    assertThat(
            execute(
                "SELECT sk FROM Music WHERE pk = 'Acme' AND (contains(tags, 'x') OR \"year\" BETWEEN"
                    + " 1 AND 2)"))
        .containsExactly(item("sk", "A"));
    var page =
        dynamo.executeStatement(e -> e.statement("SELECT * FROM Music WHERE pk = 'Acme'").limit(1));
    assertThat(page.items()).hasSize(1);
    var rest =
        dynamo.executeStatement(
            e -> e.statement("SELECT * FROM Music WHERE pk = 'Acme'").nextToken(page.nextToken()));
    assertThat(rest.items()).hasSize(1);
    assertThat(rest.nextToken()).isNull();
  }

  @Test
  void statementsWrite() {
    execute("INSERT INTO Music VALUE {'pk': 'New', 'sk': ?, 'n': 1, 's': <<'a','b'>>}", s("1"));
    assertThat(error(() -> execute("INSERT INTO Music VALUE {'pk': 'New', 'sk': '1'}")))
        .isEqualTo("DuplicateItemException: Duplicate primary key exists in table");
    var updated =
        execute(
            "UPDATE Music SET n = n + 4 SET s = set_add(s, <<'c'>>) REMOVE nothing WHERE pk = 'New'"
                + " AND sk = '1' RETURNING ALL NEW *");
    assertThat(updated.getFirst()).containsEntry("n", n(5));
    assertThat(updated.getFirst().get("s"))
        .isEqualTo(AttributeValue.fromSs(List.of("a", "b", "c")));
    assertThat(error(() -> execute("UPDATE Music SET n = 1 WHERE pk = 'No' AND sk = '1'")))
        .isEqualTo("ConditionalCheckFailedException: The conditional request failed");
    assertThat(invalid(() -> execute("UPDATE Music SET n = 1 WHERE pk = 'No'")))
        .isEqualTo("Where clause does not contain a mandatory equality on all key attributes");
    execute("DELETE FROM Music WHERE pk = 'New' AND sk = '1'");
    execute("DELETE FROM Music WHERE pk = 'New' AND sk = '1'");
    assertThat(get("Music", "pk", "New", "sk", "1")).isEmpty();
    assertThat(invalid(() -> execute("SELEC * FROM Music")))
        .startsWith("Statement wasn't well formed, can't be processed: ");
  }

  @Test
  void batchesTellEachErrorAndTransactionsHappenWhole() {
    var responses =
        dynamo
            .batchExecuteStatement(b ->
                b.statements(
                    List.of(
                        BatchStatementRequest.builder()
                            .statement("SELECT \"year\" FROM Music WHERE pk='Acme' AND sk='A'")
                            .build(),
                        BatchStatementRequest.builder()
                            .statement("INSERT INTO Music VALUE {'pk':'Acme','sk':'A'}")
                            .build())))
            .responses();
    assertThat(responses.get(0).item()).isEqualTo(item("year", 1999));
    assertThat(responses.get(1).error().codeAsString()).isEqualTo("DuplicateItem");
    assertThat(
            error(() ->
                dynamo.executeTransaction(t ->
                    t.transactStatements(
                        List.of(
                            ParameterizedStatement.builder()
                                .statement("INSERT INTO Music VALUE {'pk':'T','sk':'1'}")
                                .build(),
                            ParameterizedStatement.builder()
                                .statement("UPDATE Music SET n = 1 WHERE pk='none' AND sk='1'")
                                .build())))))
        .contains("[None, ConditionalCheckFailed]");
    assertThat(get("Music", "pk", "T", "sk", "1")).isEmpty();
  }

  @Test
  void aTransactionReadsItemsByTheirKeys() {
    var responses =
        dynamo
            .executeTransaction(t ->
                t.transactStatements(
                    List.of(
                        ParameterizedStatement.builder()
                            .statement("SELECT \"year\" FROM Music WHERE pk='Acme' AND sk='A'")
                            .build(),
                        ParameterizedStatement.builder()
                            .statement("SELECT * FROM Music WHERE pk='Acme' AND sk='Z'")
                            .build())))
            .responses();
    assertThat(responses.get(0).item()).isEqualTo(item("year", 1999));
    assertThat(responses.get(1).hasItem()).isFalse();
    assertThat(
            invalid(() ->
                dynamo.executeTransaction(t ->
                    t.transactStatements(
                        ParameterizedStatement.builder()
                            .statement("SELECT * FROM Music WHERE pk='Acme'")
                            .build()))))
        .isEqualTo("Where clause does not contain a mandatory equality on all key attributes");
  }

  @Test
  void whatIsNestedIsShownByItsOwnName() {
    put(
        "Music",
        "pk",
        "nested",
        "sk",
        "1",
        "m",
        Map.of("x", "y", "deep", Map.of("er", 2)),
        "l",
        List.of(1, Map.of("z", "q", "w", "v")));
    var where = " FROM Music WHERE pk='nested' AND sk='1'";
    assertThat(execute("SELECT m.x, m.deep.er" + where)).containsExactly(item("x", "y", "er", 2));
    assertThat(execute("SELECT l[0]" + where)).containsExactly(item("l[0]", 1));
    assertThat(execute("SELECT l[1].z, l[1].w" + where))
        .containsExactly(item("l[1]", Map.of("z", "q", "w", "v")));
    assertThat(execute("SELECT m.nope" + where)).containsExactly(Map.of());
  }

  @Test
  void statementsThatCannotBeAreRefused() {
    assertThat(invalid(() -> execute("DELETE FROM Music")))
        .isEqualTo("Where clause does not contain a mandatory equality on all key attributes");
    assertThat(invalid(() -> execute("SELECT pk AS k FROM Music")))
        .isEqualTo("Aliasing is not supported");
    assertThat(invalid(() -> execute("SELECT pk, pk FROM Music")))
        .isEqualTo("Duplicate identifiers in select clause: pk");
    assertThat(invalid(() -> execute("SELECT * FROM Music WHERE pk='Acme' ORDER BY \"year\"")))
        .isEqualTo("Variable reference year in ORDER BY clause must be part of the primary key");
    assertThat(
            invalid(() ->
                execute("DELETE FROM Music WHERE pk='a' AND sk='b' RETURNING MODIFIED OLD *")))
        .isEqualTo(
            "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed"
                + " in DELETE statements.");
  }
}
