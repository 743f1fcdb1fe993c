/**
 * The conditions of {@code when} and {@code unless}. Each is a class that knows how it is written, whether it holds,
 * and what follows from it.
 */
@NullMarked
package org.postseal.policy.condition;

import org.jspecify.annotations.NullMarked;
