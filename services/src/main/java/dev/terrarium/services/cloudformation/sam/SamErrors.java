package dev.terrarium.services.cloudformation.sam;

import dev.terrarium.services.cloudformation.template.TemplateException;

/// The transform's errors.
final class SamErrors {
  private SamErrors() {}

  static TemplateException resource(String logicalId, String problem) {
    return new TemplateException(
        "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 1. Resource with id [%s] is invalid. %s"
            .formatted(logicalId, problem));
  }

  static TemplateException event(String logicalId, String event, String problem) {
    return resource(logicalId, "Event with id [" + event + "] is invalid. " + problem);
  }
}
