package dev.terrarium.services.cloudformation.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private static final Evaluator.World WORLD =
      new Evaluator.World() {
        @Override
        public JsonNode ref(String name) {
          return TextNode.valueOf("<" + name + ">");
        }

        @Override
        public JsonNode attribute(String logicalId, String name) {
          return TextNode.valueOf("<" + logicalId + "." + name + ">");
        }

        @Override
        public String imported(String exportName) {
          return "<" + exportName + ">";
        }

        @Override
        public List<String> zones(String region) {
          return List.of("a", "b");
        }
      };

  private static String value(String yaml) {
    var root =
        TemplateReader.read(
            """
            Conditions:
              Yes: !Equals [a, a]
              No: !Not [!Condition Yes]
            Mappings: {M: {t: {s: found}}}
            V:
            """
                    .stripTrailing()
                + " "
                + yaml);
    var value = new Evaluator(new Template(root), WORLD).evaluate(root.path("V"));
    return value == null ? "nothing" : value.isTextual() ? value.asText() : value.toString();
  }

  @Test
  void functionsHaveTheirValues() {
    assertThat(value("!Ref A")).isEqualTo("<A>");
    assertThat(value("!GetAtt A.B.C")).isEqualTo("<A.B.C>");
    assertThat(value("!Sub '${A}/${B.Arn}/${!C}'")).isEqualTo("<A>/<B.Arn>/${C}");
    assertThat(value("!Sub ['${x}-${A}', {x: 1}]")).isEqualTo("1-<A>");
    assertThat(value("!Join ['-', [a, !Ref B]]")).isEqualTo("a-<B>");
    assertThat(value("!Select [1, !Split [',', 'a,b']]")).isEqualTo("b");
    assertThat(value("!If [Yes, a, b]")).isEqualTo("a");
    assertThat(value("{a: !If [No, a, !Ref AWS::NoValue], b: 1}")).isEqualTo("{\"b\":1}");
    assertThat(value("!FindInMap [M, t, s]")).isEqualTo("found");
    assertThat(value("!FindInMap [M, t, x, {DefaultValue: d}]")).isEqualTo("d");
    assertThat(value("!Base64 hello")).isEqualTo("aGVsbG8=");
    assertThat(value("!Cidr ['10.0.0.0/16', 2, 8]")).isEqualTo("[\"10.0.0.0/24\",\"10.0.1.0/24\"]");
    assertThat(value("!Select [0, !GetAZs '']")).isEqualTo("a");
    assertThat(value("!ImportValue x")).isEqualTo("<x>");
    assertThat(value("{'Fn::Length': [a, b]}")).isEqualTo("2");
    assertThat(value("{'Fn::ToJsonString': {a: !Ref B}}")).isEqualTo("{\"a\":\"<B>\"}");
  }

  @Test
  void circlesAreNamed() {
    var root =
        TemplateReader.read(
            """
            Resources:
              A: {Type: T, Properties: {x: !Ref B}}
              B: {Type: T, Properties: {x: !GetAtt A.Arn}}
              C: {Type: T, DependsOn: A}
            """);
    assertThatThrownBy(() -> Template.check(root))
        .hasMessage("Circular dependency between resources: [A, B]");
  }

  @Test
  void whatIsReferredToMustBeThere() {
    var root = TemplateReader.read("Resources: {A: {Type: T, Properties: {x: !Ref Nobody}}}");
    assertThatThrownBy(() -> Template.check(root))
        .hasMessage(
            "Template format error: Unresolved resource dependencies [Nobody] in the Resources block of the template");
  }

  @Test
  void bombsDoNotGoOff() {
    var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d,".formatted(i - 1).repeat(10)).append("]\n");
    }
    assertThatThrownBy(() -> TemplateReader.read(bomb.toString()))
        .isInstanceOf(TemplateException.class);
    assertThatThrownBy(() -> TemplateReader.read("a: " + "[".repeat(100_000)))
        .isInstanceOf(TemplateException.class);
    assertThatThrownBy(() -> TemplateReader.read("a: &a [*a]"))
        .isInstanceOf(TemplateException.class);
  }

  /// The CDK's bootstrap template writes `Fn::Sub: ${Name}` without quotes.
  @Test
  void aPlainScalarOfOneVariableIsText() {
    var root = TemplateReader.read("a: ${Name}\nb: !Sub ${Name}\nc:\n  Fn::Sub: ${Name}");
    assertThat(root.path("a").asText()).isEqualTo("${Name}");
    assertThat(root.at("/b/Fn::Sub").asText()).isEqualTo("${Name}");
    assertThat(root.at("/c/Fn::Sub").asText()).isEqualTo("${Name}");
  }

  @Test
  void brokenYamlIsPointedAt() {
    assertThatThrownBy(() -> TemplateReader.read("a: 1\nb: [1, 2\nc: 3"))
        .hasMessageContaining("Template format error: YAML not well-formed. (line 3, column");
  }

  @Test
  void loopsAreUnrolled() {
    var root =
        TemplateReader.read(
            """
            Resources:
              'Fn::ForEach::Queues':
                - Name
                - [a, b]
                - 'Queue${Name}':
                    Type: T
                    Properties: {N: !Ref Name, S: !Sub 'q-${Name}'}
            """);
    var unrolled = LanguageExtensions.apply(root, Map.of());
    assertThat(unrolled.path("Resources").path("Queueb").path("Properties").path("N").asText())
        .isEqualTo("b");
    assertThat(unrolled.path("Resources").size()).isEqualTo(2);
  }
}
