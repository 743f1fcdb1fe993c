/**
 * A policy as it was read: its rules, what each of them does, and the index that finds the first one that matches.
 */
@NullMarked
package org.postseal.policy.rule;

import org.jspecify.annotations.NullMarked;
