package dev.terrarium.services.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.GeneratedTemplateNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.ResourceDefinition;
import software.amazon.awssdk.services.cloudformation.model.ResourceMapping;
import software.amazon.awssdk.services.cloudformation.model.ScannedResourceIdentifier;
import software.amazon.awssdk.services.cloudformation.model.StackDefinition;

/// Resources that go from stack to stack, and templates that are written from what is there.
@Timeout(60)
class RefactorsTest {
  private static final String BOTH =
      """
      Resources:
        A: {Type: Test::Fake::Thing, Properties: {Size: 1}}
        B: {Type: Test::Fake::Thing, Properties: {Other: !Ref A}}
      """;
  private static final String FIRST =
      """
      Resources:
        A: {Type: Test::Fake::Thing, Properties: {Size: 1}}
      Outputs:
        A: {Value: !Ref A, Export: {Name: the-a}}
      """;
  private static final String SECOND =
      "Resources: {Moved: {Type: Test::Fake::Thing, Properties: {Other: !ImportValue the-a}}}";

  private final ThingType.Fakes fakes = new ThingType.Fakes();
  private final Cloud cloud =
      Cloud.builder()
          .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
          .packages(List.of(new CloudFormationPackage(), fakes))
          .build();
  private final CloudFormationClient cfn = cloud.client(CloudFormationClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private ThingType things() {
    fakes.resourceTypes(cloud);
    return Objects.requireNonNull(fakes.type.get());
  }

  private void create(String template) {
    cfn.createStack(c -> c.stackName("one").templateBody(template));
    cloud.timers().advance(Duration.ofMillis(1));
  }

  private static StackDefinition definition(String name, String template) {
    return StackDefinition.builder().stackName(name).templateBody(template).build();
  }

  private static ResourceMapping moved() {
    return ResourceMapping.builder()
        .source(s -> s.stackName("one").logicalResourceId("B"))
        .destination(d -> d.stackName("two").logicalResourceId("Moved"))
        .build();
  }

  @Test
  void aResourceGoesToANewStackAndStaysWhatItIs() {
    create(BOTH);
    things().log.clear();
    var id =
        cfn.createStackRefactor(c ->
                c.description("apart")
                    .enableStackCreation(true)
                    .stackDefinitions(definition("one", FIRST), definition("two", SECOND))
                    .resourceMappings(moved()))
            .stackRefactorId();
    var made = cfn.describeStackRefactor(d -> d.stackRefactorId(id));
    assertThat(made.statusAsString()).as("%s", made.statusReason()).isEqualTo("CREATE_COMPLETE");
    assertThat(made.executionStatusAsString()).isEqualTo("AVAILABLE");
    var actions = cfn.listStackRefactorActions(l -> l.stackRefactorId(id)).stackRefactorActions();
    assertThat(actions).extracting(a -> a.actionAsString()).containsExactly("CREATE", "MOVE");
    assertThat(actions.getLast().detectionAsString()).isEqualTo("MANUAL");
    cfn.executeStackRefactor(e -> e.stackRefactorId(id));
    assertThat(cfn.describeStackRefactor(d -> d.stackRefactorId(id)).executionStatusAsString())
        .isEqualTo("EXECUTE_COMPLETE");
    assertThat(things().log).isEmpty();
    assertThat(
            cfn.describeStackResources(d -> d.stackName("two"))
                .stackResources()
                .getFirst()
                .physicalResourceId())
        .startsWith("one-B-");
    assertThat(cfn.listImports(l -> l.exportName("the-a")).imports()).containsExactly("two");
    cfn.deleteStack(d -> d.stackName("two"));
    cloud.timers().advance(Duration.ofMillis(1));
    assertThat(things().log).containsExactly("delete Moved");
    assertThat(cfn.listStackRefactors(l -> {}).stackRefactorSummaries()).hasSize(1);
  }

  @Test
  void aRefactorThatWouldChangeOrMakeOrLoseSomethingFails() {
    create(BOTH);
    assertThat(reason(FIRST, SECOND.replace("!ImportValue the-a", "else")))
        .contains("does not support modifications to resources");
    assertThat(reason(FIRST, SECOND.replace("Moved", "Unknown")))
        .contains("does not support resource creation");
    assertThat(reason(BOTH.replace("A:", "C:").replace("!Ref A", "!Ref C"), SECOND))
        .contains("does not support resource creation");
  }

  private String reason(String first, String second) {
    var id =
        cfn.createStackRefactor(c ->
                c.enableStackCreation(true)
                    .stackDefinitions(definition("one", first), definition("two", second))
                    .resourceMappings(moved()))
            .stackRefactorId();
    var made = cfn.describeStackRefactor(d -> d.stackRefactorId(id));
    assertThat(made.statusAsString()).isEqualTo("CREATE_FAILED");
    return made.statusReason();
  }

  @Test
  void aScanFindsWhatIsThereAndATemplateIsWrittenFromIt() {
    create(BOTH);
    things().things.put("loose", Json.object().put("Size", 3).put("Name", "loose"));
    var scan = cfn.startResourceScan(s -> {}).resourceScanId();
    var described = cfn.describeResourceScan(d -> d.resourceScanId(scan));
    assertThat(described.statusAsString()).isEqualTo("COMPLETE");
    assertThat(described.resourceTypes()).containsExactly("Test::Fake::Thing");
    var found = cfn.listResourceScanResources(l -> l.resourceScanId(scan)).resources();
    assertThat(found).hasSize(3);
    assertThat(found.stream().filter(one -> !one.managedByStack()).toList())
        .singleElement()
        .satisfies(one -> assertThat(one.resourceIdentifier()).isEqualTo(Map.of("Id", "loose")));
    var first =
        found.stream().filter(o -> o.resourceIdentifier().toString().contains("A-")).findFirst();
    assertThat(
            cfn.listResourceScanRelatedResources(l ->
                    l.resourceScanId(scan)
                        .resources(
                            ScannedResourceIdentifier.builder()
                                .resourceType("Test::Fake::Thing")
                                .resourceIdentifier(first.orElseThrow().resourceIdentifier())
                                .build()))
                .relatedResources())
        .singleElement()
        .satisfies(one -> assertThat(one.resourceIdentifier().get("Id")).contains("-B-"));
    cfn.createGeneratedTemplate(c ->
        c.generatedTemplateName("t")
            .resources(
                ResourceDefinition.builder()
                    .resourceType("Test::Fake::Thing")
                    .logicalResourceId("Loose")
                    .resourceIdentifier(Map.of("Id", "loose"))
                    .build()));
    var body = cfn.getGeneratedTemplate(g -> g.generatedTemplateName("t")).templateBody();
    assertThat(Json.parse(body).at("/Resources/Loose/Properties/Size").asInt()).isEqualTo(3);
    assertThat(Json.parse(body).at("/Resources/Loose/DeletionPolicy").asText()).isEqualTo("Retain");
    assertThat(
            cfn.getGeneratedTemplate(g -> g.generatedTemplateName("t").format("YAML"))
                .templateBody())
        .contains("    Type: Test::Fake::Thing");
    cfn.updateGeneratedTemplate(
        u -> u.generatedTemplateName("t").newGeneratedTemplateName("u").removeResources("Loose"));
    assertThat(cfn.describeGeneratedTemplate(d -> d.generatedTemplateName("u")).resources())
        .isEmpty();
    assertThat(cfn.listGeneratedTemplates(l -> {}).summaries()).hasSize(1);
    cfn.deleteGeneratedTemplate(d -> d.generatedTemplateName("u"));
    assertThatThrownBy(() -> cfn.getGeneratedTemplate(g -> g.generatedTemplateName("u")))
        .isInstanceOf(GeneratedTemplateNotFoundException.class);
  }

  @Test
  void aCostIsEstimatedOfTemplatesThatAreGood() {
    assertThat(cfn.estimateTemplateCost(e -> e.templateBody(BOTH)).url()).startsWith("http");
    assertThatThrownBy(() -> cfn.estimateTemplateCost(e -> e.templateBody("Resources: {}")))
        .hasMessageContaining("At least one Resources member must be defined.");
  }
}
