/** Tests of the forms that a check's outcomes are printed in. */
@NullMarked
package dev.tablewalk.cli.report;

import org.jspecify.annotations.NullMarked;
