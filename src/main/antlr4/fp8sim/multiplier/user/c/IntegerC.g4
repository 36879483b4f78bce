/** The C of multipliers: integers, arrays of them, expressions, control flow, functions. */
grammar IntegerC;

file: (function | declaration | ';')* EOF;

function: specifier+ Identifier '(' parameters? ')' (block | ';');

parameters: parameter (',' parameter)*;

parameter: specifier+ Identifier?;

specifier: Qualifier | TypeWord;

declaration: specifier+ declarator (',' declarator)* ';';

declarator: Identifier dimension* ('=' initializer)?;

dimension: '[' expression? ']';

initializer: expression | '{' (initializer (',' initializer)* ','?)? '}';

block: '{' statement* '}';

statement
    : block                                                                     # inner
    | declaration                                                               # declare
    | list? ';'                                                                 # evaluate
    | 'if' '(' list ')' statement ('else' statement)?                           # choose
    | 'while' '(' list ')' statement                                            # whileLoop
    | 'do' statement 'while' '(' list ')' ';'                                   # doLoop
    | 'for' '(' (declaration | first=list? ';') test=list? ';' next=list? ')' statement  # forLoop
    | 'break' ';'                                                               # leave
    | 'continue' ';'                                                            # skipRest
    | 'return' list? ';'                                                        # giveBack
    ;

list: expression (',' expression)*;

expression
    : Number                                                                    # number
    | Character                                                                 # character
    | Identifier '(' (expression (',' expression)*)? ')'                        # call
    | Identifier                                                                # variable
    | '(' list ')'                                                              # grouped
    | expression '[' list ']'                                                   # element
    | expression op=('++' | '--')                                               # postfix
    | op=('++' | '--') expression                                               # prefix
    | op=('+' | '-' | '~' | '!') expression                                     # unary
    | '(' specifier+ ')' expression                                             # cast
    | expression op=('*' | '/' | '%') expression                                # binary
    | expression op=('+' | '-') expression                                      # binary
    | expression op=('<<' | '>>') expression                                    # binary
    | expression op=('<' | '>' | '<=' | '>=') expression                        # binary
    | expression op=('==' | '!=') expression                                    # binary
    | expression op='&' expression                                              # binary
    | expression op='^' expression                                              # binary
    | expression op='|' expression                                              # binary
    | expression op='&&' expression                                             # logical
    | expression op='||' expression                                             # logical
    | <assoc=right> expression '?' list ':' expression                          # conditional
    | <assoc=right> expression
      op=('=' | '*=' | '/=' | '%=' | '+=' | '-=' | '<<=' | '>>=' | '&=' | '^=' | '|=')
      expression                                                                # assign
    ;

Unsupported
    : 'float' | 'double' | 'struct' | 'union' | 'enum' | 'switch' | 'case' | 'default' | 'goto'
    | 'sizeof' | 'asm' | '__asm__' | '__attribute__' | 'typeof' | '_Complex' | '->' | '.' | '...'
    | '#' | '##'
    ;

Typedef: 'typedef';

Qualifier
    : 'const' | 'static' | 'inline' | '__inline' | '__inline__' | 'extern' | 'register' | 'volatile'
    ;

TypeWord
    : 'void' | 'char' | 'short' | 'int' | 'long' | 'signed' | 'unsigned' | '_Bool' | 'bool'
    | 'u'? 'int' ('_least' | '_fast')? ('8' | '16' | '32' | '64') '_t'
    | 'u'? 'intmax_t' | 'u'? 'intptr_t' | 'size_t'
    ;

Identifier: [A-Za-z_] [A-Za-z_0-9]*;

Number: [0-9] [0-9A-Za-z_.]*;

Character: '\'' (~['\\\r\n] | '\\' .) '\'';

String: '"' (~["\\\r\n] | '\\' .)* '"';

Directive: '#' ~[\r\n]* ('\\' '\r'? '\n' ~[\r\n]*)*;

Comment: ('/*' .*? '*/' | '//' ~[\r\n]*) -> channel(HIDDEN);

Space: [ \t\r\n\u000B\u000C]+ -> channel(HIDDEN);

Other: .;
