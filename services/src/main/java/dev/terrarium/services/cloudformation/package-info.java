/// AWS CloudFormation: stacks of resources, made, changed and removed as templates say.
@NullMarked
package dev.terrarium.services.cloudformation;

import org.jspecify.annotations.NullMarked;
