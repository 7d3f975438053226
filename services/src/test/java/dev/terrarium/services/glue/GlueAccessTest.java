package dev.terrarium.services.glue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.iam.IamClient;

/// What a user may do with the catalog.
final class GlueAccessTest extends GlueFixture {
  private static final String USER = "arn:aws:iam::000000000000:user/u";
  private static final String ARN = "arn:aws:glue:us-east-1:000000000000:";
  private final Principal user = new Principal("000000000000", USER, "AIDA", "");
  private final GlueClient asUser = cloud.client(GlueClient.class, Cloud.DEFAULT_SCOPE, user);

  private static String policy(String who, String resources) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
        + who
        + "\"Action\":[\"glue:Get*\",\"glue:CreateSchema\"],\"Resource\":["
        + resources
        + "]}]}";
  }

  @BeforeEach
  void enforce() {
    database("d");
    table("d", "t", t -> {});
    table("d", "u", t -> {});
    cloud.client(IamClient.class).createUser(r -> r.userName("u"));
    cloud.enforcing(true);
  }

  private void allow(String resources) {
    cloud
        .client(IamClient.class)
        .putUserPolicy(r -> r.userName("u").policyName("p").policyDocument(policy("", resources)));
  }

  @Test
  void aTableNeedsPermissionForItsDatabaseAndTheCatalogToo() {
    allow("\"" + ARN + "table/d/t\"");
    assertThat(error(() -> asUser.getTable(r -> r.databaseName("d").name("t"))))
        .startsWith(
            "AccessDeniedException: User: "
                + USER
                + " is not authorized to perform: glue:GetTable on resource: "
                + ARN
                + "catalog");
    allow("\"%1$scatalog\",\"%1$sdatabase/d\",\"%1$stable/d/t\"".formatted(ARN));
    assertThat(asUser.getTable(r -> r.databaseName("D").name("T")).table().name()).isEqualTo("t");
    assertThat(error(() -> asUser.getTable(r -> r.databaseName("d").name("u"))))
        .contains(ARN + "table/d/u");
    assertThat(error(() -> asUser.deleteTable(r -> r.databaseName("d").name("t"))))
        .startsWith("AccessDeniedException");
  }

  @Test
  void theCatalogsOwnPolicyMayAllow() {
    assertThat(error(() -> asUser.getDatabase(r -> r.name("d"))))
        .startsWith("AccessDeniedException");
    glue.putResourcePolicy(r ->
        r.policyInJson(policy("\"Principal\":{\"AWS\":\"" + USER + "\"},", "\"" + ARN + "*\"")));
    assertThat(asUser.getDatabase(r -> r.name("d")).database().name()).isEqualTo("d");
  }

  @Test
  void aSchemaNeedsPermissionUnderItsOwnName() {
    allow("\"" + ARN + "schema/default-registry/ok\"");
    assertThat(
            asUser
                .createSchema(r -> r.schemaName("ok").dataFormat("AVRO").compatibility("NONE"))
                .schemaArn())
        .isEqualTo(ARN + "schema/default-registry/ok");
    assertThat(
            error(() ->
                asUser.createSchema(
                    r -> r.schemaName("no").dataFormat("AVRO").compatibility("NONE"))))
        .contains(ARN + "schema/default-registry/no");
  }
}
