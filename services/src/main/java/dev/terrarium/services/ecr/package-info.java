/// Amazon ECR, as far as infrastructure needs it: repositories with their policies, lifecycle
/// rules, settings and tags. No image can be pushed: all operations that take or give image data
/// answer 501, and so every repository is empty.
@NullMarked
package dev.terrarium.services.ecr;

import org.jspecify.annotations.NullMarked;
