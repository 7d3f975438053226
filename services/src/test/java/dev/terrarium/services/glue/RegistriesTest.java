package dev.terrarium.services.glue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;

/// The schema registry: registries, schemas, versions that keep their schema's rule.
final class RegistriesTest extends GlueFixture {
  private static final String ONE = record("{'name':'id','type':'string'}");
  private static final String WITH_DEFAULT =
      record("{'name':'id','type':'string'},{'name':'n','type':'int','default':0}");
  private static final String WITHOUT_DEFAULT =
      record("{'name':'id','type':'string'},{'name':'n','type':'int'}");

  private static String record(String fields) {
    return ("{'type':'record','name':'Event','fields':[" + fields + "]}").replace('\'', '"');
  }

  private String schema(String name, String compatibility, String definition) {
    return glue.createSchema(r ->
            r.schemaName(name)
                .dataFormat("AVRO")
                .compatibility(compatibility)
                .schemaDefinition(definition))
        .schemaArn();
  }

  private String register(String name, String definition) {
    return glue.registerSchemaVersion(
            r -> r.schemaId(i -> i.schemaName(name)).schemaDefinition(definition))
        .statusAsString();
  }

  @Test
  void aSchemaIsInTheDefaultRegistryIfNoneIsNamed() {
    var made =
        glue.createSchema(
            r -> r.schemaName("s").dataFormat("AVRO").compatibility("NONE").schemaDefinition(ONE));
    assertThat(made.schemaArn())
        .isEqualTo("arn:aws:glue:us-east-1:000000000000:schema/default-registry/s");
    assertThat(made.schemaVersionStatusAsString()).isEqualTo("AVAILABLE");
    assertThat(made.latestSchemaVersion()).isEqualTo(1);
    assertThat(made.nextSchemaVersion()).isEqualTo(2);
    assertThat(error(() -> schema("s", "NONE", ONE)))
        .startsWith("AlreadyExistsException: Schema already exists. SchemaName: s");
    assertThat(error(() -> glue.getSchema(r -> r.schemaId(i -> i.schemaName("x")))))
        .startsWith("EntityNotFoundException: Schema is not found.");
    assertThat(error(() -> schema("bad", "NONE", "{\"type\":\"recor\"}")))
        .isEqualTo(
            "InvalidInputException: Schema definition of AVRO data format is invalid: Undefined"
                + " name: \"recor\"");
    assertThat(glue.listRegistries(r -> {}).registries()).hasSize(1);
  }

  @Test
  void aVersionThatBreaksTheRuleIsAFailure() {
    schema("back", "BACKWARD", ONE);
    assertThat(register("back", WITH_DEFAULT)).isEqualTo("AVAILABLE");
    assertThat(register("back", WITHOUT_DEFAULT)).isEqualTo("AVAILABLE");
    schema("strict", "BACKWARD", ONE);
    assertThat(register("strict", WITHOUT_DEFAULT)).isEqualTo("FAILURE");
    var described = glue.getSchema(r -> r.schemaId(i -> i.schemaName("strict")));
    assertThat(described.latestSchemaVersion()).isEqualTo(1);
    assertThat(described.nextSchemaVersion()).isEqualTo(3);
    schema("forward", "FORWARD", ONE);
    assertThat(register("forward", WITHOUT_DEFAULT)).isEqualTo("AVAILABLE");
    schema("full", "FULL", ONE);
    assertThat(register("full", WITHOUT_DEFAULT)).isEqualTo("FAILURE");
    assertThat(register("full", WITH_DEFAULT)).isEqualTo("AVAILABLE");
    schema("all", "BACKWARD_ALL", ONE);
    assertThat(register("all", WITH_DEFAULT)).isEqualTo("AVAILABLE");
    assertThat(register("all", WITHOUT_DEFAULT)).isEqualTo("FAILURE");
    schema("off", "DISABLED", ONE);
    assertThat(error(() -> register("off", WITH_DEFAULT)))
        .startsWith("InvalidInputException: Compatibility DISABLED does not allow versioning.");
    assertThat(
            error(() ->
                glue.createSchema(
                    r -> r.schemaName("j").dataFormat("JSON").compatibility("BACKWARD"))))
        .startsWith("NotImplemented: Terrarium does not implement glue:schemas of JSON");
  }

  @Test
  void aSchemaThatRefersToItselfIsCompared() {
    var list = "{'name':'next','type':['null','Event'],'default':null}".replace('\'', '"');
    schema("list", "FULL_ALL", record(list));
    assertThat(register("list", record(list + ",{\"name\":\"n\",\"type\":\"int\",\"default\":1}")))
        .isEqualTo("AVAILABLE");
  }

  @Test
  void versionsAreFoundByNumberByIdAndByWhatTheySay() {
    schema("s", "NONE", ONE);
    var second =
        glue.registerSchemaVersion(
            r -> r.schemaId(i -> i.schemaName("s")).schemaDefinition(WITH_DEFAULT));
    assertThat(second.versionNumber()).isEqualTo(2);
    var again =
        glue.registerSchemaVersion(
            r -> r.schemaId(i -> i.schemaName("s")).schemaDefinition(" " + WITH_DEFAULT));
    assertThat(again.schemaVersionId()).isEqualTo(second.schemaVersionId());
    var latest =
        glue.getSchemaVersion(r ->
            r.schemaId(i -> i.schemaName("s")).schemaVersionNumber(n -> n.latestVersion(true)));
    assertThat(latest.schemaVersionId()).isEqualTo(second.schemaVersionId());
    assertThat(
            glue.getSchemaByDefinition(
                    r -> r.schemaId(i -> i.schemaName("s")).schemaDefinition(WITH_DEFAULT))
                .schemaVersionId())
        .isEqualTo(second.schemaVersionId());
    assertThat(
            error(() ->
                glue.getSchemaByDefinition(
                    r -> r.schemaId(i -> i.schemaName("s")).schemaDefinition(WITHOUT_DEFAULT))))
        .isEqualTo("EntityNotFoundException: Schema version is not found.");
    assertThat(glue.listSchemaVersions(r -> r.schemaId(i -> i.schemaName("s"))).schemas())
        .extracting(version -> version.versionNumber())
        .containsExactly(1L, 2L);
    var gone = glue.deleteSchemaVersions(r -> r.schemaId(i -> i.schemaName("s")).versions("1,7"));
    assertThat(gone.schemaVersionErrors())
        .extracting(problem -> problem.versionNumber())
        .containsExactly(7L);
  }

  @Test
  void versionsBearMetadataAndSchemasBearTags() {
    var arn = schema("s", "NONE", ONE);
    glue.tagResource(r -> r.resourceArn(arn).tagsToAdd(Map.of("a", "b")));
    assertThat(glue.getTags(r -> r.resourceArn(arn)).tags()).isEqualTo(Map.of("a", "b"));
    for (var value : List.of("one", "two")) {
      glue.putSchemaVersionMetadata(r ->
          r.schemaId(i -> i.schemaName("s"))
              .schemaVersionNumber(n -> n.latestVersion(true))
              .metadataKeyValue(m -> m.metadataKey("k").metadataValue(value)));
    }
    var all =
        glue.querySchemaVersionMetadata(
            r -> r.schemaId(i -> i.schemaName("s")).schemaVersionNumber(n -> n.versionNumber(1L)));
    var info = Objects.requireNonNull(all.metadataInfoMap().get("k"));
    assertThat(info.metadataValue()).isEqualTo("two");
    assertThat(info.otherMetadataValueList())
        .singleElement()
        .satisfies(other -> assertThat(other.metadataValue()).isEqualTo("one"));
    glue.deleteSchema(r -> r.schemaId(i -> i.schemaArn(arn)));
    assertThat(error(() -> glue.getTags(r -> r.resourceArn(arn))))
        .startsWith("EntityNotFoundException: Schema is not found.");
  }

  @Test
  void aStackMakesRegistriesAndSchemas() {
    var stacks = cloud.client(CloudFormationClient.class);
    stacks.createStack(s ->
        s.stackName("s")
            .templateBody(
                """
                Resources:
                  Registry: {Type: AWS::Glue::Registry, Properties: {Name: r, Tags: [{Key: a, Value: b}]}}
                  Schema:
                    Type: AWS::Glue::Schema
                    Properties:
                      Registry: {Arn: !Ref Registry}
                      Name: s
                      DataFormat: AVRO
                      Compatibility: BACKWARD
                      SchemaDefinition: '{"type":"record","name":"E","fields":[]}'
                  Second:
                    Type: AWS::Glue::SchemaVersion
                    Properties:
                      Schema: {SchemaArn: !GetAtt Schema.Arn}
                      SchemaDefinition: '{"type":"record","name":"E","fields":[{"name":"a","type":"int","default":1}]}'
                """));
    cloud.timers().advance(Duration.ofMillis(1));
    var schema = glue.getSchema(r -> r.schemaId(i -> i.registryName("r").schemaName("s")));
    assertThat(schema.latestSchemaVersion()).isEqualTo(2);
    stacks.deleteStack(s -> s.stackName("s"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(glue.listSchemas(r -> {}).schemas()).isEmpty();
    assertThat(glue.listRegistries(r -> {}).registries()).isEmpty();
  }
}
