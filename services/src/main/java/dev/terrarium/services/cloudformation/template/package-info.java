/// Templates as trees: reading, checking and evaluating them. Knows nothing of stacks.
@NullMarked
package dev.terrarium.services.cloudformation.template;

import org.jspecify.annotations.NullMarked;
