#pragma once
// Logarithm and exponential whose bits are the same on every machine: the functions of the system's library differ from
// one to the next, and a last bit can decide which token is drawn. Made of operations that IEEE 754 rounds exactly.

namespace siskin {

double portable_log(double x);                 ///< natural logarithm of a finite x > 0; relative error below 1e-15
double portable_exp(double x);                 ///< 0 far below, infinity far above; relative error below 1e-15
double portable_pow(double base, double exp);  ///< base >= 0; 0 to a positive power is 0, to the power 0 it is 1

}  // namespace siskin
